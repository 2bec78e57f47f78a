/** Far more callers than a server takes, who do not wait as they are told to; and among them some who do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { percentile } from '../findings/statistics.ts';
import { PLACE_ORDER } from './new-order.ts';
import { serveLoad } from './serve.ts';

/** Orders from so many callers, for some seconds; the patient ones wait for `Retry-After` before they ask again. */
export interface BurstLoad {
  readonly url: string;
  readonly seconds: number;
  readonly greedy: number;
  readonly patient: number;
}

/** What came of it. */
export interface BurstResult {
  readonly accepted: number;
  readonly refused: number;
  readonly acceptedPerSecond: number;
  /** How long an order took that was accepted, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest that a patient caller waited until an order was accepted, tries included, in milliseconds. */
  readonly longestPatience: number;
  /** Of the greedy callers: the orders of the one with the fewest, as a share of what each has on average. */
  readonly leastShare: number;
}

serveLoad(async ({ url, seconds, greedy, patient }: BurstLoad): Promise<BurstResult> => {
  const agent = new Agent({ connections: greedy + patient, pipelining: 1 });
  const { path, ...order } = PLACE_ORDER;
  const latencies: number[] = [];
  const shares: number[] = [];
  const patience: number[] = [];
  let refused = 0;

  /** Answers how many seconds to wait before the next try; undefined where the order was accepted. */
  const place = async (): Promise<number | undefined> => {
    const sent = performance.now();
    const answer = await request(new URL(path, url), { ...order, dispatcher: agent });
    await answer.body.dump();
    if (answer.statusCode === 201) {
      latencies.push(performance.now() - sent);
      return undefined;
    }
    const retryAfter = Number(answer.headers['retry-after']);
    if (answer.statusCode !== 503 || !(retryAfter > 0))
      throw new Error(`status ${answer.statusCode}, Retry-After ${String(answer.headers['retry-after'])}`);
    refused += 1;
    return retryAfter;
  };

  const began = performance.now();
  const isOver = () => performance.now() >= began + seconds * 1000;
  const beGreedy = async () => {
    let accepted = 0;
    while (!isOver()) if ((await place()) === undefined) accepted += 1;
    shares.push(accepted);
  };
  const bePatient = async () => {
    while (!isOver()) {
      const wanted = performance.now();
      for (let wait = await place(); wait !== undefined; wait = await place()) await sleep(wait * 1000);
      patience.push(performance.now() - wanted);
    }
  };
  await Promise.all([...Array.from({ length: greedy }, beGreedy), ...Array.from({ length: patient }, bePatient)]);
  await agent.close();
  const accepted = latencies.length;
  const average = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return {
    accepted,
    refused,
    acceptedPerSecond: accepted / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: percentile(latencies, 1),
    longestPatience: Math.max(...patience),
    leastShare: Math.min(...shares) / average,
  };
});
