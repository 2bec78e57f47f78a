import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCallerRates, tooOften } from '../../../api/limits/caller-rates.ts';

const rate = { most: 10, everyMs: 1000 };

describe('a caller', () => {
  it('may ask so often at once, then as often as time goes by', () => {
    const rates = createCallerRates(rate);
    const atOnce = Array.from({ length: 12 }, () => rates.take('one', 0).isAllowed);
    expect(atOnce).toEqual([...Array<boolean>(10).fill(true), false, false]);
    expect(rates.take('one', 99).isAllowed).toBe(false);
    expect(rates.take('one', 100).isAllowed).toBe(true);
    expect(rates.take('one', 100).isAllowed).toBe(false);
  });

  it('is told how much is left and when to come back', () => {
    const rates = createCallerRates({ most: 2, everyMs: 60_000 });
    expect(rates.take('one', 0)).toEqual({
      isAllowed: true,
      limit: 2,
      remaining: 1,
      resetSeconds: 30,
      retryAfterSeconds: 0,
    });
    expect(rates.take('one', 0)).toMatchObject({ remaining: 0, resetSeconds: 60, retryAfterSeconds: 30 });
    const refused = rates.take('one', 1000);
    expect(refused).toMatchObject({ isAllowed: false, remaining: 0, retryAfterSeconds: 29 });
    expect(tooOften(refused, 'changes a minute')).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 29 });
  });

  it('is not held up by others', () => {
    const rates = createCallerRates(rate);
    for (let times = 0; times < 20; times += 1) rates.take('one', 0);
    expect(rates.take('one', 0).isAllowed).toBe(false);
    expect(rates.take('other', 0).isAllowed).toBe(true);
  });

  it('who comes when it is told to come is taken', () => {
    const asks = fc.array(fc.nat(3000), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), asks, (most, pauses) => {
        const rates = createCallerRates({ most, everyMs: 1000 });
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const { isAllowed, retryAfterSeconds } = rates.take('one', now);
          if (isAllowed) continue;
          now += retryAfterSeconds * 1000;
          expect(rates.take('one', now).isAllowed).toBe(true);
        }
      }),
    );
  });

  it('is never taken more often than the limit allows, in any span of time', () => {
    const asks = fc.array(fc.nat(200), { minLength: 50, maxLength: 300 });
    fc.assert(
      fc.property(asks, (pauses) => {
        const rates = createCallerRates(rate);
        const taken: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          if (rates.take('one', now).isAllowed) taken.push(now);
        }
        // As many at once, and as many again each second.
        taken.forEach((from) => {
          const within = taken.filter((at) => at >= from && at < from + 1000).length;
          expect(within).toBeLessThanOrEqual(2 * rate.most);
        });
        expect(taken.length).toBeLessThanOrEqual(rate.most * (1 + now / 1000) + 1);
      }),
    );
  });
});

it('callers are forgotten, the longest silent first, once there are too many', () => {
  const rates = createCallerRates({ most: 1, everyMs: 1000 }, 3);
  for (const caller of ['one', 'two', 'three']) rates.take(caller, 0);
  expect(rates.take('one', 0).isAllowed).toBe(false);
  rates.take('four', 0);
  // The one who was forgotten comes last, since taking their request makes room again.
  expect(['two', 'three', 'four', 'one'].map((caller) => rates.take(caller, 0).isAllowed)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
