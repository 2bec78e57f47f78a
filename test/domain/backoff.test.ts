import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../domain/backoff.ts';

const limits = { first: 200, longest: 15_000 };

describe('the delay before a restart', () => {
  it('doubles with each failure', () => {
    expect([1, 2, 3, 4].map((failures) => backoffDelay(limits, failures, 0))).toEqual([200, 400, 800, 1600]);
  });

  it('is never above the longest and never below half of the first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const delay = backoffDelay(limits, failures, random);
          expect(delay).toBeLessThanOrEqual(limits.longest);
          expect(delay).toBeGreaterThanOrEqual(limits.first / 2);
        },
      ),
    );
  });
});
