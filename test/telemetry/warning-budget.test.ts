import { expect, it } from 'vitest';
import { createWarningBudget } from '../../telemetry/warning-budget.ts';

it('a budget of warnings has room for so many a second, and the next one tells how many had none', () => {
  const take = createWarningBudget(2);
  expect([take(5000), take(5400), take(5900), take(5999)]).toEqual([0, 0, undefined, undefined]);
  expect([take(6000), take(6001), take(6002)]).toEqual([2, 0, undefined]);
  expect(take(9000)).toBe(1);
});
