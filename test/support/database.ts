import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';

/** The migrated database with the demo catalogue that each test file gets a copy of. */
export const TEMPLATE = 'steadfast_template';

/** A database of this test file's own, with the demo catalogue; removed when the file is done. */
export async function createTestDatabase(): Promise<{ url: string; db: Database }> {
  const server = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // Only one copy of a template can be made at a time.
  await server`select pg_advisory_lock(1)`;
  await server.unsafe(`create database ${name} template ${TEMPLATE}`);
  await server`select pg_advisory_unlock(1)`;
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  const db = openDatabase(url.href, { size: 8 });
  afterAll(async () => {
    await db.end({ timeout: 5 });
    await server.unsafe(`drop database ${name} with (force)`);
    await server.end();
  });
  return { url: url.href, db };
}
