import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, inject, it, onTestFinished } from 'vitest';
import { ROOT } from './documents.ts';

function migrate(environment: Record<string, string>) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [join(ROOT, 'migrate.ts')], { encoding: 'utf8', env });
}

async function createEmptyDatabase(): Promise<string> {
  const server = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
  const name = `migrate_${randomUUID().replaceAll('-', '')}`;
  await server.unsafe(`create database ${name}`);
  onTestFinished(async () => {
    await server.unsafe(`drop database ${name} with (force)`);
    await server.end();
  });
  return Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href;
}

async function countProducts(url: string): Promise<number> {
  const db = postgres(url, { max: 1 });
  const [row] = await db<{ count: number }[]>`select count(*)::int as count from products`;
  await db.end();
  return row!.count;
}

it('brings an empty database up to date, without the demo catalogue where that is not wanted', async () => {
  const DATABASE_URL = await createEmptyDatabase();
  expect(migrate({ DATABASE_URL, DEMO_CATALOGUE: 'false' }).status).toBe(0);
  expect(await countProducts(DATABASE_URL)).toBe(0);
  expect(migrate({ DATABASE_URL }).status).toBe(0);
  expect(await countProducts(DATABASE_URL)).toBeGreaterThan(0);
  expect(migrate({ DATABASE_URL }).status).toBe(0);
});

it('says what is wrong where it cannot', () => {
  const unset = migrate({ DATABASE_URL: '' });
  expect([unset.status, unset.stdout]).toEqual([2, expect.stringContaining('DATABASE_URL is not set')]);
  const away = migrate({ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' });
  expect([away.status, away.stdout]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
});
