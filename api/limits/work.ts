/** How much work a process has under way. What is not done counts until it is, though its caller may have been answered. */
import { Failure } from '../../domain/failures.ts';

/** Begins work where there is room for it; else refuses it with `UNAVAILABLE`. */
export type BeginWork = <Outcome>(work: () => Promise<Outcome>) => Promise<Outcome>;

/** Makes the gate through which at most so many pieces of work are under way; `what` such as `requests`. */
export function createWorkGate(most: number, what = 'requests'): BeginWork {
  let underWay = 0;
  return async (work) => {
    if (underWay >= most) {
      const message = `This server has ${most} ${what} under way already, as many as it takes.`;
      throw new Failure('UNAVAILABLE', message, { retryAfterSeconds: 1 });
    }
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
}

/** The same functions, each of which goes through the gate. */
export function gated<Functions extends Record<string, (...parameters: never[]) => Promise<unknown>>>(
  functions: Functions,
  begin: BeginWork,
): Functions {
  const entries = Object.entries(functions).map(([name, call]) => [
    name,
    (...parameters: never[]) => begin(() => call(...parameters)),
  ]);
  return Object.fromEntries(entries) as Functions;
}
