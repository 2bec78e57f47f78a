/**
 * Takes a warning from the budget: answers how many found no room since the last one, or undefined where there is none for
 * this one either.
 */
export type TakeWarning = (now?: number) => number | undefined;

const MOST_A_SECOND = 20;

/**
 * Makes a budget of warnings of one kind, so many a second: a server that refuses thousands of requests must not write
 * thousands of lines about it as well.
 */
export function createWarningBudget(mostASecond = MOST_A_SECOND): TakeWarning {
  let began = Number.NEGATIVE_INFINITY;
  let taken = 0;
  let untold = 0;
  return (now = performance.now()) => {
    if (now - began >= 1000) {
      began = now;
      taken = 0;
    }
    if (taken >= mostASecond) {
      untold += 1;
      return undefined;
    }
    taken += 1;
    const since = untold;
    untold = 0;
    return since;
  };
}
