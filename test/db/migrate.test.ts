import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { seedCatalogue } from '../../db/catalogue.ts';
import { openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { setStock } from '../../db/products.ts';
import { isSchemaCurrent } from '../../db/schema-version.ts';

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
