/** Things that are done at a steady rate, whether earlier ones are done or not: above all, orders that arrive. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PLACE_ORDER } from './new-order.ts';

/** How fast and how long. */
export interface Arrivals {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Places orders for some seconds at the server at a URL; answers how many, once all are accepted. */
export function placeSteadily(http: string, arrivals: Arrivals): Promise<number> {
  return actSteadily(arrivals, () => placeOrder(http));
}

/** Begins something again and again for some seconds; answers how often, once all are done. */
export async function actSteadily({ perSecond, seconds }: Arrivals, act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const acts: Promise<unknown>[] = [];
  for (let turn = 0; turn < perSecond * seconds; turn += 1) {
    await sleep(Math.max(0, start + (turn * 1000) / perSecond - performance.now()));
    acts.push(act());
  }
  await Promise.all(acts);
  return acts.length;
}

/** Places one order; rejects where it is refused. */
export async function placeOrder(http: string): Promise<void> {
  const { path, ...request } = PLACE_ORDER;
  const answer = await fetch(new URL(path, http), request);
  if (answer.status !== 201) throw new Error(`an order was refused with status ${answer.status}`);
  await answer.arrayBuffer();
}
