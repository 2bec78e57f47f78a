import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Running, spawnChild } from './child.ts';
import { logFile } from './log-files.ts';
import { reservePort } from './ports.ts';
import { prepareCluster } from './postgres-cluster.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { launchUntilReady } from './postgres-ready.ts';
import { unprivileged } from './unprivileged.ts';

const host = '127.0.0.1';

/** Settings of the server; durability stays on: an acknowledged order survives a power cut. */
const serverSettings = {
  listen_addresses: host,
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %a ',
};

/** Where to keep the data, and the port (0 or none: any free one). */
export interface PostgresOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Told in a few words what takes its time. */
  readonly log?: (message: string) => void;
  /** Aborting gives up the start and ends what was started. */
  readonly signal?: AbortSignal;
}

/** A PostgreSQL server that answers. */
export interface RunningPostgres extends Running {
  /** `postgres://steadfast:…@127.0.0.1:<port>/steadfast` */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts PostgreSQL 18 on `<dataDir>/postgres` (made on first use) and waits until it answers and the database `steadfast`
 * exists. Its log is `<dataDir>/logs/postgres.log`. Throws an error that says why it does not start and what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const { signal } = options;
  mkdirSync(dataDir, { recursive: true });
  const programs = await findPostgresPrograms();
  const user = unprivileged({ program: programs.postgres, folder: dataDir });
  const cluster = await prepareCluster({ ...options, dataDir, programs, user });
  const reserved = options.port ? undefined : await reservePort({ setting: 'port', wanted: 0 });
  const port = reserved?.port ?? options.port ?? 0;
  const settings = Object.entries({ ...serverSettings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = logFile(dataDir, 'postgres');
  const launch = () =>
    spawnChild({
      name: 'PostgreSQL',
      command: programs.postgres,
      args: ['-D', cluster.directory, ...settings],
      asUser: user,
      cwd: cluster.directory,
      logFile: log,
      orphanSignal: 'SIGINT',
      stopSteps: [
        { signal: 'SIGINT', wait: 15_000 },
        { signal: 'SIGQUIT', wait: 3_000 },
      ],
    });
  const child = await launchUntilReady(launch, { login: { port, password: cluster.password }, log, signal });
  void child.exited.then(() => reserved?.release());
  const url = `postgres://steadfast:${cluster.password}@${host}:${port}/steadfast`;
  return { url, port, pid: child.pid, exited: child.exited, stop: child.stop, kill: child.kill };
}
