/** The whole system as `npm start` runs it, on ports and data of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import type { Endpoints, ProcessName } from '../../embedded/endpoints.ts';
import { until } from '../support/until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** `npm run rehearse` sets another program than that of `npm start`. */
const { SYSTEM_PROGRAM: program = 'main.ts' } = process.env;
const START_TIMEOUT_MS = 90_000;

/** A folder that is removed when the test is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-e2e-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export interface RunningSystem {
  /** Where everything is now; read anew at each call, because a restarted child has another pid. */
  endpoints(): Endpoints;
  /** Ends it as Ctrl-C does; answers its exit code and the pids that it had. */
  stop(): Promise<{ code: number | null; pids: number[] }>;
  kill(name: ProcessName): void;
  /** What it printed so far. */
  output(): string;
}

/** Starts the system as `npm start` does and waits until it is ready. It ends with the test, whatever happens. */
export async function startSystem(dataDir: string, settings: Record<string, string> = {}): Promise<RunningSystem> {
  return launchSystem(dataDir, { settings, onLaunch: (stop) => onTestFinished(stop) });
}

/** The same; `onLaunch` is given what ends it, before it is ready. */
export async function launchSystem(
  dataDir: string,
  { settings, onLaunch }: { settings: Record<string, string>; onLaunch: (stop: () => Promise<void>) => void },
): Promise<RunningSystem> {
  const child = spawn('node', ['embedded/run.mjs', program], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      TEMPORAL_CLI_PATH: inject('temporalCli'),
      ...Object.fromEntries(
        ['HTTP_PORT', 'GRPC_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT'].map((name) => [name, '0']),
      ),
      ...settings,
    },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  onLaunch(async () => {
    await end(child);
  });

  const file = join(dataDir, 'endpoints.json');
  const endpoints = () => JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
  await until(
    'the system is ready',
    () => {
      const isReady = existsSync(file) && printed.join('').includes('Steadfast is ready');
      return isReady || child.exitCode !== null;
    },
    START_TIMEOUT_MS,
  );
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${printed.join('')}`);

  return {
    endpoints,
    async stop() {
      const pids = Object.values(endpoints().pids).filter((pid) => pid !== null);
      return { code: await end(child), pids };
    },
    kill: (name) => {
      const pid = endpoints().pids[name];
      // One that was killed before may not have been started again yet.
      if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL');
    },
    output: () => printed.join(''),
  };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
  return child.exitCode;
}
