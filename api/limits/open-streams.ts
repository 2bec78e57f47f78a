/** How many streams are open, in all and of one caller. */
import { Failure } from '../../domain/failures.ts';

/** Most streams of one kind, and of one caller; any number of one caller where 0. */
export interface StreamBounds {
  readonly most: number;
  readonly mostPerCaller: number;
}

/** Counts one more stream of a caller; the answered function, called any number of times, takes it away again. */
export type TakeSeat = (caller: string) => () => void;

/** Makes the counter. A stream too many is refused: `RATE_LIMITED` where its caller has too many, else `UNAVAILABLE`. */
export function countStreams({ most, mostPerCaller }: StreamBounds): TakeSeat {
  const byCaller = new Map<string, number>();
  let open = 0;
  return (caller) => {
    const own = byCaller.get(caller) ?? 0;
    if (mostPerCaller > 0 && own >= mostPerCaller)
      throw new Failure('RATE_LIMITED', `At most ${mostPerCaller} open streams are taken from one caller.`, RETRY);
    if (open >= most)
      throw new Failure('UNAVAILABLE', `This server has ${most} open streams already, as many as it takes.`, RETRY);
    open += 1;
    byCaller.set(caller, own + 1);
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      open -= 1;
      const left = (byCaller.get(caller) ?? 1) - 1;
      if (left > 0) byCaller.set(caller, left);
      else byCaller.delete(caller);
    };
  };
}

const RETRY = { retryAfterSeconds: 5 };
