import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { seedCatalogue } from '../../db/catalogue.ts';
import { openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { setStock } from '../../db/products.ts';
import { isSchemaCurrent } from '../../db/schema-version.ts';
import { until } from '../support/until.ts';

const server = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
const name = `test_${randomUUID().replaceAll('-', '')}`;
await server.unsafe(`create database ${name}`);
const url = Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href;
const db = openDatabase(url, { size: 2 });
afterAll(async () => {
  await db.end({ timeout: 5 });
  await server.unsafe(`drop database ${name} with (force)`);
  await server.end();
});

describe('an empty database', () => {
  it('is not current, is migrated by several processes at once, and is current then', async () => {
    expect(await isSchemaCurrent(db)).toBe(false);
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await isSchemaCurrent(db)).toBe(true);
    expect(await db`select from orders`).toHaveLength(0);
  });

  it('is left as it is by a further migration', async () => {
    const applied = () => db`select * from drizzle.__drizzle_migrations order by id`;
    const before = [...(await applied())];
    await migrate(url);
    expect([...(await applied())]).toEqual(before);
  });

  it('gets the demo catalogue once; a repeat keeps price and stock', async () => {
    await seedCatalogue(url);
    await setStock(db, 'prod-001', 7);
    const catalogue = async () => [...(await db<{ id: string }[]>`select * from products order by id`)];
    const before = await catalogue();
    expect(before.map(({ id }) => id)).toEqual(expect.arrayContaining(['prod-001', 'prod-002', 'SKU-1']));
    await seedCatalogue(url);
    expect(await catalogue()).toEqual(before);
  });
});

describe('a database of another version', () => {
  it('is good for a server where it is ahead, and not where it is behind', async () => {
    const inAYear = Date.now() + 365 * 24 * 3600 * 1000;
    await db`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', ${inAYear})`;
    expect(await isSchemaCurrent(db)).toBe(true);
    await db`delete from drizzle.__drizzle_migrations where hash = 'later'`;
    const [newest] = await db<{ hash: string; created_at: string }[]>`
      delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)
      returning hash, created_at`;
    expect(await isSchemaCurrent(db)).toBe(false);
    await db`insert into drizzle.__drizzle_migrations ${db(newest!)}`;
  });
});

describe('a database that is at work', () => {
  const inAnHour = Date.now() + 3600 * 1000;

  it('waits for nobody behind a migration: one that finds a table locked steps back and tries again', async () => {
    await db`create table locked (id int)`;
    const folder = migrationsFolder({ when: inAnHour, sql: 'alter table locked add column note text' });
    const holder = postgres(url, { max: 1 });
    onTestFinished(() => holder.end());
    // Longer than a migration waits for a table.
    const holding = holder.unsafe('lock table locked; select pg_sleep(4)').execute();
    const isHeld = () => db`select from pg_locks where relation = 'locked'::regclass and granted`;
    await until('the table is locked', async () => (await isHeld()).length > 0);
    const migrating = migrate(url, folder);
    const isWaiting = () => db`select from pg_locks where relation = 'locked'::regclass and not granted`;
    await until('the migration waits', async () => (await isWaiting()).length > 0);
    await until('it waits no longer', async () => (await isWaiting()).length === 0);
    await Promise.all([migrating, holding]);
    expect(await db`select note from locked`).toHaveLength(0);
  });

  it('gets an index without being locked, also where building it was interrupted before', async () => {
    await db`create table doubled (id int)`;
    await db`insert into doubled values (1), (1)`;
    const sql = 'create unique index concurrently if not exists doubled_once on doubled (id)';
    const folder = migrationsFolder({ when: inAnHour + 1, sql });
    await expect(migrate(url, folder)).rejects.toThrow(/could not create unique index/);
    const isValid = async () => {
      const [index] = await db<{ isValid: boolean }[]>`
        select indisvalid as "isValid" from pg_index where indexrelid = 'doubled_once'::regclass`;
      return index?.isValid;
    };
    expect(await isValid()).toBe(false);
    await db`delete from doubled where ctid = (select min(ctid) from doubled)`;
    await Promise.all([migrate(url, folder), migrate(url, folder)]);
    expect(await isValid()).toBe(true);
  });
});

/** A folder with one migration, which is removed when the test is done. */
function migrationsFolder({ when, sql }: { when: number; sql: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-migrations-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, 'meta'));
  const entries = [{ idx: 0, version: '7', when, tag: '0000_only', breakpoints: true }];
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
  writeFileSync(join(folder, '0000_only.sql'), sql);
  return folder;
}
