import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { parkDeadLetters } from '../../db/dead-letters.ts';
import { INBOUND_TOPICS } from '../../domain/published-events.ts';
import { toDeadLetter } from '../../events/kafka/inbound-record.ts';
import { NOBODY, startApi, type TestApi } from '../api/support.ts';
import { unpublished } from '../db/dead-letters-fixture.ts';
import { orderRequest } from '../events/kafka/inbound-records.ts';
import { createTestDatabase } from '../support/database.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
let db: Database;
let api: TestApi;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = database.db;
  api = await startApi({ databaseUrl: database.url, temporalAddress: NOBODY });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `steadfast dlq …` as a process. */
function dlq(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, STEADFAST_URL: api.http };
    const child = execFile(process.execPath, [command, 'dlq', ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** Puts records aside that asked for an order as the product says, on a topic partition of their own. */
async function park(productId: string, count = 1): Promise<string[]> {
  const letters = Array.from({ length: count }, (_, offset) => {
    const { key, value } = orderRequest(randomUUID(), { items: [{ product_id: productId, quantity: 1 }] });
    const partition = Math.floor(Math.random() * 1e6);
    const record = { topic: INBOUND_TOPICS.orderRequests, partition, offset, key, headers: { from: 'test' } };
    return toDeadLetter({ ...record, value: Buffer.from(value!) }, `${productId} is not in the catalogue`, 1);
  });
  await parkDeadLetters(db, letters);
  return letters.map(({ eventId }) => eventId);
}

describe('dead letters', () => {
  it('are listed, counted and shown, for people and for programs', async () => {
    const [id] = (await park('missing')) as [string];
    const listed = await dlq('list', '--status', 'pending', '--topic', INBOUND_TOPICS.orderRequests);
    for (const words of [id, 'PENDING', 'missing is not in the catalogue']) expect(listed.stdout).toContain(words);
    const asJson = JSON.parse((await dlq('list', '--limit', '1', '--json')).stdout) as { dead_letters: object[] };
    expect(asJson.dead_letters).toHaveLength(1);
    expect((await dlq('list', '--topic', 'no.such.topic')).stdout).toBe('none\n');
    const stats = await dlq('stats');
    for (const words of ['PENDING', 'INBOUND', INBOUND_TOPICS.orderRequests]) expect(stats.stdout).toContain(words);
    const shown = await dlq('show', id);
    for (const words of [id, 'offset 0', '"specversion": "1.0"', 'from', 'payload (json)'])
      expect(shown.stdout).toContain(words);
    expect(JSON.parse((await dlq('show', id, '--json')).stdout)).toMatchObject({ event_id: id, archived: false });
  });

  it('are replayed one by one; a failed replay ends with 1', async () => {
    const [good, bad] = [(await park('prod-001'))[0]!, (await park('missing'))[0]!];
    const replayed = await dlq('replay', good, '--actor', 'Ada');
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    expect(replayed.stdout).toContain('REPLAYED');
    expect(replayed.stdout).toContain('by Ada');
    const failed = await dlq('replay', bad);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('FAILED');
    expect((await dlq('reset', bad)).stdout).toContain('PENDING');
    expect(await dlq('reset', bad)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only one that is FAILED') as string,
    });
  });

  it('are replayed all together, first only in words', async () => {
    await park('prod-001', 3);
    const letter = unpublished({ orderId: 'cli-order' });
    await parkDeadLetters(db, [letter]);
    const dry = await dlq('replay', '--all', '--source', 'inbound', '--status', 'pending', '--dry-run');
    expect(dry.stdout).toMatch(/\d+ would be replayed; nothing was done/);
    const done = JSON.parse((await dlq('replay', '--all', '--source', 'inbound', '--json')).stdout) as {
      replayed: number;
    };
    expect(done.replayed).toBeGreaterThanOrEqual(3);
    expect(await dlq('replay', '--all', '--order', 'cli-order')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('KAFKA_BROKERS') as string,
    });
  });

  it('are skipped for a reason', async () => {
    const [id] = (await park('missing')) as [string];
    const skipped = await dlq('skip', id, '--reason', 'a test', '--actor', 'Ada');
    expect(skipped).toMatchObject({ code: 0, stdout: expect.stringContaining('a test') as string });
    expect((await dlq('show', id)).stdout).toContain('dead-letter.skip');
    expect(await dlq('replay', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was skipped') as string,
    });
  });
});

it.each([
  [[]],
  [['replay']],
  [['replay', randomUUID(), '--all']],
  [['replay', randomUUID(), '--dry-run']],
  [['replay', '--all', '--status', 'replayed']],
  [['replay', '--all', '--limit', '0']],
  [['list', '--status', 'lost']],
  [['skip', randomUUID()]],
  [['show']],
  [['forget', randomUUID()]],
])('the command dlq %j is not understood', async (args) => {
  const { code, stderr } = await dlq(...args);
  expect(code).toBe(2);
  expect(stderr).not.toBe('');
});

it('an unknown dead letter is refused', async () => {
  for (const args of [['show'], ['replay'], ['reset'], ['skip', '--reason', 'x']]) {
    const [name = '', ...rest] = args;
    const id = randomUUID();
    expect(await dlq(name, id, ...rest)).toMatchObject({ code: 1, stderr: expect.stringContaining(id) as string });
  }
});
