import { rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Running, spawnChild, untilReady } from './child.ts';
import { reservePort } from './ports.ts';
import { requireSystemPackages, systemPackages } from './system-packages.ts';

const host = '127.0.0.1';
const startTimeout = 20_000;

/** The port (0 or none: any free one). */
export interface RedisOptions {
  readonly port?: number;
  /** Aborting gives up the start and ends what was started. */
  readonly signal?: AbortSignal;
}

/** A Redis server that answers. */
export interface RunningRedis extends Running {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts `redis-server` from `PATH` on loopback, with nothing kept on disk, and waits until it answers. Throws a
 * `SystemPackagesMissingError` where it is not installed, or a `StartError` that says why it does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const { signal } = options;
  await requireSystemPackages([systemPackages.redis]);
  const reserved = options.port ? undefined : await reservePort({ setting: 'port', wanted: 0, host });
  const port = reserved?.port ?? options.port ?? 0;
  const log = join(tmpdir(), `steadfast-redis-${port}-${process.pid}.log`);
  const child = await spawnChild({
    name: 'Redis',
    command: systemPackages.redis.command,
    args: ['--bind', host, '--port', `${port}`, '--save', '', '--appendonly', 'no', '--dir', tmpdir()],
    logFile: log,
    orphanSignal: 'SIGKILL',
    stopSteps: [
      { signal: 'SIGTERM', wait: 5_000 },
      { signal: 'SIGKILL', wait: 3_000 },
    ],
  });
  void child.exited.then(() => reserved?.release());
  try {
    await untilReady(child, { probe: () => answers(port, child.pid), timeout: startTimeout, signal });
  } finally {
    // The server writes on into the open file, which nobody needs once it is ready.
    rmSync(log, { force: true });
  }
  const { pid, exited, stop, kill } = child;
  return { pid, exited, stop, kill, port, url: `redis://${host}:${port}` };
}

/** Another Redis may have the port, so the answer must name this process. */
async function answers(port: number, pid: number): Promise<boolean> {
  const socket = createConnection({ host, port, timeout: 2_000 }).setEncoding('utf8');
  socket.once('timeout', () => socket.destroy());
  socket.write('INFO server\r\nQUIT\r\n');
  return new RegExp(`^process_id:${pid}\\r$`, 'm').test(await text(socket));
}
