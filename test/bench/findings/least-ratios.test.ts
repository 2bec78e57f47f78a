import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../bench/findings/findings.ts';
import { describeMissed, LEAST_RATIOS, missedRatios, type Ratio } from '../../../bench/findings/least-ratios.ts';

const found = (name: Ratio, ...values: number[]): Finding => ({ name, unit: 'ratio', values, isShown: true });

describe('least ratios', () => {
  it('are missed where every repetition misses', () => {
    expect(missedRatios([found('life / floor', 0.2, 0.3), found('life / naive', 1, 2.4)])).toEqual(['life / floor']);
  });

  it('are not missed by those that were not measured', () => {
    expect(missedRatios([])).toEqual([]);
    expect(describeMissed([found('life / naive', 2.4)])).toBeUndefined();
  });

  it('that are missed are told in one sentence, with what was found and what should be', () => {
    expect(describeMissed([found('life / naive', 0.61, 0.62)])).toBe(
      `Too slow: life / naive is 0.61 and 0.62, which should be at least ${LEAST_RATIOS['life / naive']}.`,
    );
  });
});
