import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_RETRY_AFTER_MS, nextAttempt, readRetryAfter } from '../../domain/webhook-retry.ts';

const plan = fc.array(fc.nat(86_400_000), { maxLength: 12 });
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe('the next attempt', () => {
  it('comes after the planned wait, a fifth more or less, and never after the last one', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 20 }), random, (retries, failures, share) => {
        const wait = nextAttempt({ failures, retries, random: share });
        const planned = retries[failures - 1];
        if (planned === undefined) return wait === undefined;
        return wait !== undefined && wait >= Math.floor(planned * 0.8) && wait <= Math.ceil(planned * 1.2);
      }),
    );
  });

  it('comes when the receiver asked for it, at most a day later, but not beyond the plan', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 20 }), fc.nat(), random, (retries, failures, retryAfterMs, share) => {
        const wait = nextAttempt({ failures, retries, retryAfterMs, random: share });
        const isPlanned = failures <= retries.length;
        return wait === (isPlanned ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : undefined);
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');

  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sat, 21 Nov 2026 08:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-11-21T08:01:00Z', undefined],
    ['Sat, 99 Nov 2026 07:00:00 GMT', undefined],
    ['99999999999', undefined],
  ])('%j asks for %s ms', (header, ms) => {
    expect(readRetryAfter(header, now)).toBe(ms);
  });

  it('is whole milliseconds or nothing, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = readRetryAfter(header, now);
        return ms === undefined || (Number.isFinite(ms) && ms >= 0);
      }),
    );
  });
});
