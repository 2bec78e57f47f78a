import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../db/client.ts';
import type { OrderCloudEvent } from '../../events/cloud-event.ts';
import { NOBODY, startApi, type TestApi } from '../api/support.ts';
import { acceptAs, capture, ship } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
let db: Database;
let databaseUrl: string;
let api: TestApi;

beforeAll(async () => {
  ({ db, url: databaseUrl } = await createTestDatabase());
  api = await startApi({ databaseUrl, temporalAddress: NOBODY });
});

/** Runs `steadfast events follow` until the test is finished; `stdout` and `stderr` grow. */
function follow(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [command, '--server', api.http, 'events', 'follow', ...args]);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  return { output, ended };
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

it('events are shown to people, those of failures and customers only where asked for', async () => {
  const id = await acceptAs(db, 'DELIVERED', { customerId: 'shown' });
  const { output } = follow(
    '--customer',
    'shown',
    '--type',
    'OrderCreated',
    '--type',
    'order.completed.v1',
    '--after',
    '0-0',
  );
  await until('both are shown', () => linesOf(output.stdout).length === 2);
  const [created, completed] = linesOf(output.stdout);
  for (const words of ['order.created.v1', id, 'shown', 'CREATED']) expect(created).toContain(words);
  expect(completed).toContain('COMPLETED');
});

it('as JSON each line is a CloudEvent, and following goes on by itself after the server was away', async () => {
  const port = Number(new URL(api.http).port);
  const { output } = follow('--order', 'resumed', '--json', '--after', '0-0');
  await acceptAs(db, 'RESERVED', { orderId: 'resumed' });
  await until('the first have come', () => linesOf(output.stdout).length === 2);
  await api.close();
  await until('the loss is told', () => output.stderr.includes('resuming'));
  await acceptAs(db, 'DELIVERED', { orderId: 'other' });
  await capture(db, 'resumed');
  api = await startApi({ databaseUrl, temporalAddress: NOBODY, http: { host: '127.0.0.1', port } });
  await ship(db, 'resumed');
  await until('the rest has come', () => linesOf(output.stdout).length === 4);
  const events = linesOf(output.stdout).map((line) => JSON.parse(line) as OrderCloudEvent);
  expect(events.map(({ sequence }) => sequence)).toEqual(['1', '2', '3', '4']);
});

it('a filter that the server refuses ends it with exit code 1 and the reason', async () => {
  const { output, ended } = follow('--type', 'order.lost.v1');
  expect(await ended).toBe(1);
  expect(output.stderr).toContain('type must be one of');
});
