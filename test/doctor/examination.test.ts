import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, inject, it } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import type { Check, Finding } from '../../doctor/check.ts';
import { CHECKS } from '../../doctor/checks.ts';
import { examine } from '../../doctor/examination.ts';
import { createTestDatabase } from '../support/database.ts';
import { AT_ONCE, makeScene } from './scene.ts';

const { db } = await createTestDatabase();
const connection = Connection.lazy({ address: inject('temporalAddress') });
afterAll(() => connection.close());
const scene = makeScene({ db, temporal: new Client({ connection }), taskQueue: 'nobody', settings: AT_ONCE });

/** A check that finds what this answers at each look. */
function checkOf(look: (orderIds: readonly string[] | undefined) => readonly Partial<Finding>[]): Check {
  return {
    name: 'example',
    compares: 'one thing with another',
    needs: ['postgres'],
    isByOrder: true,
    // eslint-disable-next-line @typescript-eslint/require-await
    async *find(_scene, orderIds) {
      for (const finding of look(orderIds)) yield { key: 'k', found: 'f', means: 'm', remedy: 'r', ...finding };
    },
  };
}

async function reportOf(check: Check, isRepairing = false) {
  const [report] = (await examine(scene, { checks: [check], isRepairing })).checks;
  return report;
}

it('what is gone at the second look was under way and is not told; only these orders are looked at again', async () => {
  const looks: unknown[] = [];
  const check = checkOf((orderIds) => {
    looks.push(orderIds);
    return orderIds
      ? [{ key: 'b', orderId: 'b' }]
      : [
          { key: 'a', orderId: 'a' },
          { key: 'b', orderId: 'b' },
        ];
  });
  expect(await reportOf(check)).toMatchObject({ differences: 1, repaired: 0, findings: [{ key: 'b' }] });
  expect(looks).toEqual([undefined, ['a', 'b']]);
});

it('what is found still after its repair is not repaired, and a repair that fails says why', async () => {
  const repairs: string[] = [];
  const check = checkOf(() => [
    { key: 'stubborn', repair: () => Promise.resolve(repairs.push('stubborn')) },
    { key: 'failing', repair: () => Promise.reject(new Error('no way')) },
    ...(repairs.includes('mended') ? [] : [{ key: 'mended', repair: () => Promise.resolve(repairs.push('mended')) }]),
  ]);
  const report = await reportOf(check, true);
  expect(report).toMatchObject({ differences: 3, repaired: 1 });
  expect(report?.findings).toMatchObject([
    { key: 'stubborn', isRepaired: false },
    { key: 'failing', isRepaired: false, complaint: 'no way' },
    { key: 'mended', isRepaired: true },
  ]);
});

it('what is repaired counts as such, also beside what cannot be repaired of the same order', async () => {
  const repairs: string[] = [];
  const check = checkOf(() => [
    { key: 'lasting', orderId: 'a' },
    ...(repairs.length > 0 ? [] : [{ key: 'mended', orderId: 'a', repair: () => Promise.resolve(repairs.push('a')) }]),
  ]);
  expect(await reportOf(check, true)).toMatchObject({
    differences: 2,
    repaired: 1,
    findings: [
      { key: 'lasting', isRepaired: false },
      { key: 'mended', isRepaired: true },
    ],
  });
});

it('nothing is repaired unless asked, and a note is no difference', async () => {
  const check = checkOf(() => [
    { key: 'one', repair: () => Promise.reject(new Error('not asked')) },
    { key: 'two', isNote: true },
  ]);
  expect(await reportOf(check)).toMatchObject({
    differences: 1,
    findings: [{ isRepairable: true, isRepaired: false }, { isNote: true }],
  });
});

it('what is away is told, what needs it is not run, and the rest is', async () => {
  const nowhere = openDatabase('postgres://nobody@127.0.0.1:9/nothing', { size: 1 });
  const { away, checks } = await examine({ ...scene, db: nowhere }, { checks: CHECKS, isRepairing: false });
  await nowhere.end({ timeout: 1 });
  expect(away).toEqual([{ source: 'postgres', why: expect.stringContaining('ECONNREFUSED') as string }]);
  expect(checks.filter(({ failure }) => failure === undefined).map(({ name }) => name)).toEqual([
    'search-attributes',
    'retention',
    'workers',
  ]);
  expect(checks.find(({ name }) => name === 'rows')?.failure).toBe('postgres is away');
});

it('a schema that is behind keeps the others from asking the database', async () => {
  const other = await createTestDatabase();
  await other.db`delete from drizzle.__drizzle_migrations where created_at = (
    select max(created_at) from drizzle.__drizzle_migrations)`;
  const { checks } = await examine({ ...scene, db: other.db }, { checks: CHECKS, isRepairing: false });
  expect(checks.find(({ name }) => name === 'schema')).toMatchObject({ differences: 1 });
  expect(checks.find(({ name }) => name === 'stock')?.failure).toBe('the schema of the database is behind');
});
