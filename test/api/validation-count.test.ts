import { expect, it, onTestFinished } from 'vitest';
import { createValidationCounter } from '../../api/validation-count.ts';
import { openDatabase } from '../../db/client.ts';
import { readValidationCounts } from '../../db/validation-stats.ts';
import type { RuleName, Violation } from '../../domain/rules.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const { db, url } = await createTestDatabase();

const broken = (...rules: RuleName[]): Violation[] =>
  rules.map((rule) => ({ field: 'items', value: 1, rule, message: 'items are wrong' }));

const counts = async () =>
  Object.fromEntries((await readValidationCounts(db)).map(({ outcome, orders }) => [outcome, orders]));

it('counts of several servers add up, written twice or not, while they run and after they end', async () => {
  const servers = [createValidationCounter(db, 10), createValidationCounter(db, 10)];
  for (const [place, server] of servers.entries())
    for (let times = 0; times <= place; times += 1) {
      server.approved();
      server.rejected(broken('quantity', 'quantity', 'total_range'));
    }
  const all = { APPROVED: 3, REJECTED: 3, quantity: 3, total_range: 3 };
  await until('both have written', async () => (await counts()).APPROVED === 3);
  expect(await counts()).toEqual(all);
  servers[0]!.approved();
  await until('it is written', async () => (await counts()).APPROVED === 4);
  servers[1]!.rejected(broken('quantity'));
  await Promise.all(servers.map((server) => server.close()));
  await servers[0]!.close();
  expect(await counts()).toEqual({ APPROVED: 4, REJECTED: 4, quantity: 4, total_range: 3 });
  expect(await db`select distinct server from validation_stats`).toEqual([{ server: '' }]);
});

it('what cannot be written now is written later, once', async () => {
  const before = (await counts()).APPROVED ?? 0;
  const unreachable = new URL(url);
  unreachable.pathname += '_away';
  const away = openDatabase(unreachable.href, { size: 1 });
  onTestFinished(() => away.end({ timeout: 1 }));
  let target = away;
  const switching = new Proxy(db, {
    apply: (_sql, _self, words: never[]) => Reflect.apply(target, undefined, words) as never,
    get: (_sql, name) => Reflect.get(target, name) as never,
  });
  const counter = createValidationCounter(switching, 10);
  counter.approved();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await counts()).APPROVED).toBe(before);
  target = db;
  await until('it is written', async () => (await counts()).APPROVED === before + 1);
  await counter.close();
  expect((await counts()).APPROVED).toBe(before + 1);
});
