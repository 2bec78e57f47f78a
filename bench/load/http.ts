/** HTTP requests by autocannon. */
import autocannon, { type Options } from 'autocannon';
import { CALLERS } from './load.ts';
import { serveLoad } from './serve.ts';

/** Requests in turn, for some seconds or until so many are answered. */
export interface HttpLoad {
  readonly url: string;
  readonly requests: Options['requests'];
  readonly seconds?: number;
  readonly amount?: number;
}

serveLoad(async ({ url, requests, seconds, amount }: HttpLoad) => {
  const began = performance.now();
  let lastAnswer = began;
  const run = autocannon({
    url,
    requests,
    // Each has at least one request.
    connections: Math.min(CALLERS, amount ?? CALLERS),
    ...(seconds !== undefined && { duration: seconds }),
    ...(amount !== undefined && { amount }),
  });
  // Its own duration is in whole seconds where an amount is given.
  run.on('response', () => {
    lastAnswer = performance.now();
  });
  const { latency, errors, timeouts, non2xx, statusCodeStats, ...counts } = await run;
  if (errors + timeouts + non2xx > 0) {
    const statuses = JSON.stringify(statusCodeStats);
    throw new Error(`${errors} errors, ${timeouts} timeouts, ${non2xx} refusals; answers by status: ${statuses}`);
  }
  const count = counts['2xx'];
  const perSecond = count / ((lastAnswer - began) / 1000);
  return { perSecond, count, p50: latency.p50, p99: latency.p99, max: latency.max };
});
