/** Runs work when its turn has come. */
export type TakeTurn = <Outcome>(work: () => Promise<Outcome>) => Promise<Outcome>;

/** Lets at most so many pieces of work run at once; the others wait, first come, first served. */
export function createTurns(most: number): TakeTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place goes straight to the next one, so that nobody who comes now can take it.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
