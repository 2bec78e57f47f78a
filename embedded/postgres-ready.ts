import postgres from 'postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, StartError, untilReady } from './child.ts';
import { lastLines } from './log-files.ts';

/** How to reach a PostgreSQL server on this machine. */
export interface Login {
  readonly port: number;
  readonly password: string;
}

/** Crash recovery replays up to `max_wal_size` of log before the server answers. */
const startTimeout = 120_000;
/** After a postmaster was killed, its last backends need a moment to notice and leave. */
const backendsTimeout = 20_000;

/**
 * Launches the server until it answers and has the database `steadfast`. Throws its {@link StartError} when it ends or does
 * not answer; a start that meets the last backends of a killed server is repeated for up to 20 s.
 */
export async function launchUntilReady(
  launch: () => Promise<Child>,
  { login, log, signal }: { login: Login; log: string; signal?: AbortSignal | undefined },
): Promise<Child> {
  const deadline = performance.now() + backendsTimeout;
  for (;;) {
    const child = await launch();
    try {
      await untilReady(child, { probe: () => hasDatabase(login), timeout: startTimeout, signal });
      return child;
    } catch (error) {
      const blocked = lastLines(log, 5).some((line) => line.includes('pre-existing shared memory block'));
      if (!(error instanceof StartError) || !blocked || performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function hasDatabase({ port, password }: Login): Promise<boolean> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    user: 'steadfast',
    password,
    database: 'postgres',
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
  });
  try {
    const found = await sql`select 1 from pg_database where datname = 'steadfast'`;
    if (found.length === 0) await sql`create database steadfast`;
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
