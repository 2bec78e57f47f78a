/** A whole system to be fuzzed, as `npm start` runs it, on ports and data of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoints } from '../../embedded/endpoints.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const START_TIMEOUT_MS = 600_000;

/** The key of an admin, whose calls reach everything. */
export const ADMIN_KEY = 'fuzz-0123456789abcdef0123456789abcdef';

/** Settings that let the fuzzing reach what limits would keep it from, and that let orders move on quickly. */
const SETTINGS = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  TEMPORAL_PORT: '0',
  TEMPORAL_UI_PORT: '0',
  POSTGRES_PORT: '0',
  ADMIN_API_KEY: ADMIN_KEY,
  ENABLE_TEST_ENDPOINTS: 'true',
  ADMIN_RATE_LIMIT: '0',
  WEBHOOK_TIMEOUT: '1s',
  PAYMENT_DELAY: '200ms',
  PREPARATION_DELAY: '200ms',
  DELIVERY_DELAY: '200ms',
};

/** Gives a running system and a folder for reports to `use`; everything ends with it, and the folder stays after a failure. */
export async function withFuzzedSystem<Result>(
  use: (system: { endpoints: () => Endpoints; folder: string }) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-fuzz-'));
  const dataDir = join(folder, 'data');
  const file = join(dataDir, 'endpoints.json');
  const child = spawn(process.execPath, ['main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...SETTINGS, DATA_DIR: dataDir },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  const ended = once(child, 'exit');
  const stop = () => child.kill('SIGINT');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await until('the system is ready', () => existsSync(file) || child.exitCode !== null, START_TIMEOUT_MS);
    if (child.exitCode !== null) throw new Error('the system did not start');
    const result = await use({ endpoints: () => JSON.parse(readFileSync(file, 'utf8')) as Endpoints, folder });
    rmSync(join(dataDir), { recursive: true, force: true, maxRetries: 3 });
    return result;
  } catch (error) {
    console.error(said);
    throw error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (child.exitCode === null) stop();
    await ended;
  }
}
