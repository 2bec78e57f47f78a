/** The whole system as `npm start` runs it, until it has accepted an order. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith } from '../../config.ts';
import { spawnChild, untilReady } from '../../embedded/child.ts';
import { logFile } from '../../embedded/log-files.ts';
import { placeOrder } from '../load/arrivals.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_WITHIN_MS = 120_000;
const ANY_PORT = Object.fromEntries(
  ['HTTP_PORT', 'GRPC_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT'].map((name) => [name, '0']),
);

/** Starts it on a data directory, places an order and stops it; seconds since the start. */
export async function runSystem(dataDir: string): Promise<{ readySeconds: number; acceptedSeconds: number }> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const child = await spawnChild({
    name: 'npm start',
    command: process.execPath,
    args: [join(ROOT, 'embedded/run.mjs'), 'main.ts'],
    cwd: ROOT,
    environment: environmentWith({ ...ANY_PORT, DATA_DIR: dataDir }),
    logFile: logFile(dataDir, 'main'),
    orphanSignal: 'SIGTERM',
    stopSteps: [{ signal: 'SIGTERM', wait: 60_000 }],
  });
  try {
    const endpoints = join(dataDir, 'endpoints.json');
    await untilReady(child, { probe: () => Promise.resolve(existsSync(endpoints)), timeout: START_WITHIN_MS });
    const readySeconds = seconds();
    const { http } = JSON.parse(readFileSync(endpoints, 'utf8')) as { http: string };
    await placeOrder(http);
    return { readySeconds, acceptedSeconds: seconds() };
  } finally {
    await child.stop();
  }
}
