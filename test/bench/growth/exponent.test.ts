import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponent } from '../../../bench/growth/exponent.ts';

describe('the exponent of growth', () => {
  it('is the power of the size, whatever the unit of the cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        (power, unit) => {
          const points = [10, 100, 1000].map((size) => ({ size, cost: unit * size ** power }));
          expect(exponent(points)).toBeCloseTo(power, 6);
        },
      ),
    );
  });

  it('lies between those of the parts where growth is no power', () => {
    const points = [
      { size: 1, cost: 1 },
      { size: 10, cost: 1 },
      { size: 100, cost: 100 },
    ];
    expect(exponent(points)).toBeCloseTo(1, 6);
  });

  it('is none where there is but one size', () => {
    expect(exponent([{ size: 7, cost: 3 }])).toBeNaN();
  });
});
