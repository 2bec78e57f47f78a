/** HTTP requests by autocannon. */
import autocannon, { type Options } from 'autocannon';
import { CALLERS } from '../load.ts';
import { serveLoad } from './serve.ts';

/** Requests in turn, for some seconds or until so many are answered. */
export interface HttpLoad {
  readonly url: string;
  readonly requests: Options['requests'];
  readonly seconds?: number;
  readonly amount?: number;
}

serveLoad(async ({ url, requests, seconds, amount }: HttpLoad) => {
  const { latency, duration, errors, timeouts, non2xx, statusCodeStats, ...counts } = await autocannon({
    url,
    requests,
    connections: CALLERS,
    ...(seconds !== undefined && { duration: seconds }),
    ...(amount !== undefined && { amount }),
  });
  if (errors + timeouts + non2xx > 0) {
    const statuses = JSON.stringify(statusCodeStats);
    throw new Error(`${errors} errors, ${timeouts} timeouts, ${non2xx} refusals; answers by status: ${statuses}`);
  }
  const count = counts['2xx'];
  return { perSecond: count / duration, count, p50: latency.p50, p99: latency.p99, max: latency.max };
});
