import type { Rule } from './evidence.ts';

/** A run whose faults did not happen shows nothing. */
export const faultsHappened: Rule = {
  name: 'every fault of the plan was done, and what it hit ran again',
  check: ({ faults }) =>
    faults
      .filter(({ overAfterMs }) => overAfterMs === undefined)
      .map(({ atMs, kind, target, note }) => `${kind} of ${target} at ${(atMs / 1000).toFixed(1)} s: ${note}`),
};
