import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../embedded/postgres.ts';
import { processIdentity } from '../../embedded/process-identity.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function start(dataDir: string): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir });
  onTestFinished(() => server.kill());
  return server;
}

/** Runs one statement on a connection of its own, so that a killed server leaves no broken pool behind. */
async function query(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('starts in a folder that only its owner may enter, and leaves no process when it stops', async () => {
    const dataDir = temporaryFolder();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const server = await start(dataDir);
    const [row] = await query(server.url, 'select version() as version, current_database() as database');
    expect(row?.version).toContain('PostgreSQL 18');
    expect(row?.database).toBe('steadfast');
    await server.stop();
    expect(processIdentity(server.pid)).toBeUndefined();
  });

  it('keeps committed rows when it is killed, and starts again at once', async () => {
    const dataDir = temporaryFolder();
    const first = await start(dataDir);
    await query(first.url, 'create table orders as select 42 as id');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start(dataDir);
    expect(await query(second.url, 'select id from orders')).toEqual([{ id: 42 }]);
    await second.stop();
  });

  it('stops a server that an earlier run left behind on the same data', async () => {
    const dataDir = temporaryFolder();
    const left = await start(dataDir);
    const second = await start(dataDir);
    expect(processIdentity(left.pid)).toBeUndefined();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('starts although its pid file names a process that is something else by now', async () => {
    const dataDir = temporaryFolder();
    const first = await start(dataDir);
    await first.stop();
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    const second = await start(dataDir);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('keeps its password in a file that only its owner may read', async () => {
    const dataDir = temporaryFolder();
    const server = await start(dataDir);
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('says what to do with files of another PostgreSQL version', async () => {
    const dataDir = temporaryFolder();
    const server = await start(dataDir);
    await server.stop();
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    await expect(startPostgres({ dataDir })).rejects.toThrow(/PostgreSQL 15.*choose another DATA_DIR/);
  });

  it('says why it does not start when its port is taken', async () => {
    const first = await start(temporaryFolder());
    await expect(startPostgres({ dataDir: temporaryFolder(), port: first.port })).rejects.toThrow(
      /ended with exit code 1[^]*Address already in use/,
    );
    await first.stop();
  });
});
