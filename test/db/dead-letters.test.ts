import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import {
  archiveDeadLetters,
  claimDeadLetter,
  giveBack,
  markFailed,
  markReplayed,
  skipDeadLetter,
} from '../../db/dead-letter-changes.ts';
import { findDeadLetter, matchDeadLetters } from '../../db/dead-letter-reads.ts';
import {
  becomeHead,
  findReleasable,
  findUnresolvedHeads,
  markReleased,
  parkDeadLetters,
} from '../../db/dead-letters.ts';
import { createTestDatabase } from '../support/database.ts';
import { unpublished, unpublishedOrder } from './dead-letters-fixture.ts';

let db: Database;

beforeAll(async () => {
  ({ db } = await createTestDatabase());
});

const claimed = async (eventId: string) => {
  const claim = randomUUID();
  const letter = await claimDeadLetter(db, { eventId, claim, forMs: 60_000 });
  return letter && { eventId, claim, actor: 'test' };
};
const replayed = async (eventId: string) => markReplayed(db, { ...(await claimed(eventId))!, resolution: 'published' });
const releasable = async () => (await findReleasable(db, 100)).map(({ eventId }) => eventId);
const park = async (orderId: string, versions: number[]) => {
  const letters = unpublishedOrder(orderId, { versions });
  await parkDeadLetters(db, letters);
  return letters.map(({ eventId }) => eventId);
};

it('a dead letter comes back as it was put aside, to the byte', async () => {
  const letter = unpublished({
    payload: Buffer.from([0, 255, 10, 13]),
    headers: { a: 'ä', 'nul\0': 'x\0y' },
    eventType: 'half of a pair \uD83D',
    error: 'e\0',
  });
  await parkDeadLetters(db, [letter]);
  expect(await findDeadLetter(db, letter.eventId)).toMatchObject({
    ...letter,
    headers: { a: 'ä', 'nul\uFFFD': 'x\uFFFDy' },
    eventType: 'half of a pair \uFFFD',
    error: 'e\uFFFD',
    status: 'PENDING',
    partition: null,
    waitsBehind: null,
    archivedAt: null,
  });
});

it('a dead letter that is known already stays as it is, also in the archive', async () => {
  const letter = unpublished();
  await parkDeadLetters(db, [letter]);
  await replayed(letter.eventId);
  await parkDeadLetters(db, [{ ...letter, error: 'another' }]);
  expect(await findDeadLetter(db, letter.eventId)).toMatchObject({ status: 'REPLAYED', error: letter.error });
  await sleep(5);
  await archiveDeadLetters(db, { olderThanMs: 0, limit: 100 });
  await parkDeadLetters(db, [letter]);
  expect(await findDeadLetter(db, letter.eventId)).toMatchObject({
    status: 'REPLAYED',
    archivedAt: expect.any(String) as string,
  });
});

describe('events of one order', () => {
  it('wait behind the first that failed, and are released in order when it is resolved', async () => {
    const [head, second, third] = (await park('o-1', [3, 4, 5])) as [string, string, string];
    const [other] = (await park('o-2', [1, 2])) as [string];
    expect(await findUnresolvedHeads(db, ['o-1', 'o-2', 'o-3'])).toEqual(
      new Map([
        ['o-1', { eventId: head, version: 3 }],
        ['o-2', { eventId: other, version: 1 }],
      ]),
    );
    expect(await releasable()).toEqual([]);
    await replayed(head);
    expect(await releasable()).toEqual([second, third]);
    // A publisher that died in the meantime finds them again.
    expect(await releasable()).toEqual([second, third]);
    await markReleased(db, [second, third]);
    expect(await releasable()).toEqual([]);
    expect(await findDeadLetter(db, third)).toMatchObject({
      status: 'REPLAYED',
      resolvedBy: 'publisher',
      resolution: 'released',
    });
    expect(await listAudit(db, { subject: third, limit: 10 })).toMatchObject([
      { actor: 'publisher', action: 'dead-letter.release', result: 'REPLAYED' },
    ]);
    await skipDeadLetter(db, { eventId: other, actor: 'test', reason: 'enough' });
    expect(await releasable()).toHaveLength(1);
  });

  it('are released also when the first has moved to the archive', async () => {
    const [head, second] = (await park('o-archive', [1, 2])) as [string, string];
    await skipDeadLetter(db, { eventId: head, actor: 'test', reason: 'enough' });
    await sleep(5);
    await archiveDeadLetters(db, { olderThanMs: 0, limit: 100 });
    expect(await findDeadLetter(db, head)).toMatchObject({
      status: 'SKIPPED',
      archivedAt: expect.any(String) as string,
    });
    expect(await releasable()).toContain(second);
  });

  it('wait behind the next one that fails', async () => {
    const [head, second, third] = (await park('o-next', [1, 2, 3])) as [string, string, string];
    await replayed(head);
    expect(await releasable()).toEqual(expect.arrayContaining([second, third]));
    await becomeHead(db, second, 'refused too', 3);
    expect(await findDeadLetter(db, second)).toMatchObject({ waitsBehind: null, error: 'refused too', attempts: 3 });
    expect(await findDeadLetter(db, third)).toMatchObject({ waitsBehind: second });
    expect(await releasable()).not.toContain(third);
    await replayed(second);
    expect(await releasable()).toContain(third);
  });

  it('are replayed by hand only in order', async () => {
    const [head, second, third] = (await park('o-hand', [1, 2, 3])) as [string, string, string];
    expect(await claimed(second)).toBeUndefined();
    await replayed(head);
    expect(await claimed(third)).toBeUndefined();
    const claim = await claimed(second);
    expect(claim).toBeDefined();
    // While somebody replays the second, the publisher leaves the third alone.
    expect(await releasable()).not.toContain(third);
    await markFailed(db, { ...claim!, error: 'refused again' });
    expect(await findDeadLetter(db, third)).toMatchObject({ waitsBehind: second });
  });

  it('that the publisher and a person want at the same moment keep their order', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [head, second, third] = (await park(`o-race-${round}`, [1, 2, 3])) as [string, string, string];
      await replayed(head);
      const [released, claim] = await Promise.all([releasable(), claimed(second)]);
      if (claim) expect(released).not.toContain(third);
      else expect(released).toEqual(expect.arrayContaining([second, third]));
      await (claim ? markReplayed(db, { ...claim, resolution: 'published' }) : markReleased(db, [second]));
      await markReleased(db, [third]);
    }
  });
});

describe('a claim', () => {
  it('is given to one of many', async () => {
    const letter = unpublished();
    await parkDeadLetters(db, [letter]);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimed(letter.eventId)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('that has run out decides nothing any more', async () => {
    const letter = unpublished();
    await parkDeadLetters(db, [letter]);
    const late = { eventId: letter.eventId, claim: randomUUID(), actor: 'late' };
    await claimDeadLetter(db, { ...late, forMs: 1 });
    await sleep(20);
    expect(await replayed(letter.eventId)).toMatchObject({ status: 'REPLAYED' });
    expect(await markFailed(db, { ...late, error: 'too late' })).toBeUndefined();
    expect(await findDeadLetter(db, letter.eventId)).toMatchObject({ status: 'REPLAYED', resolvedBy: 'test' });
  });

  it('that is given back leaves the dead letter as it was', async () => {
    const letter = unpublished();
    await parkDeadLetters(db, [letter]);
    await giveBack(db, { ...(await claimed(letter.eventId))!, error: 'Kafka is away' });
    expect(await findDeadLetter(db, letter.eventId)).toMatchObject({ status: 'PENDING', attempts: 3 });
    expect(await claimed(letter.eventId)).toBeDefined();
  });
});

it('resolved dead letters move to the archive page by page, the others stay', async () => {
  const letters = Array.from({ length: 7 }, () => unpublished());
  await parkDeadLetters(db, letters);
  for (const { eventId } of letters.slice(0, 5)) await replayed(eventId);
  expect(await archiveDeadLetters(db, { olderThanMs: 60_000, limit: 100 })).toBe(0);
  await sleep(5);
  while ((await archiveDeadLetters(db, { olderThanMs: 0, limit: 2 })) > 0);
  const found = await Promise.all(letters.map(({ eventId }) => findDeadLetter(db, eventId)));
  expect(found.map((letter) => letter?.archivedAt !== null)).toEqual([true, true, true, true, true, false, false]);
});

it('those that match are found in the order in which they are to be replayed', async () => {
  const topic = 'match.v1';
  const [v1, v2, v3] = [1, 2, 3].map((orderVersion) => unpublished({ topic, orderId: 'o-match', orderVersion }));
  await parkDeadLetters(db, [v3!]);
  await sleep(5);
  const other = unpublished({ topic });
  await parkDeadLetters(db, [other]);
  await sleep(5);
  await parkDeadLetters(db, [v1!, v2!]);
  const { matched, letters } = await matchDeadLetters(db, { topic, statuses: ['PENDING'] }, 3);
  expect(matched).toBe(4);
  expect(letters.map(({ eventId }) => eventId)).toEqual([v1!, v2!, v3!].map(({ eventId }) => eventId));
  expect(other.topic).toBe(topic);
});

it('the audit cannot be rewritten', async () => {
  await parkDeadLetters(db, [unpublished({ eventId: '00000000-0000-4000-8000-000000000001' })]);
  await skipDeadLetter(db, { eventId: '00000000-0000-4000-8000-000000000001', actor: 'test', reason: 'enough' });
  for (const statement of [db`update audit_log set actor = 'x'`, db`delete from audit_log`, db`truncate audit_log`])
    await expect(statement).rejects.toThrow('append-only');
});
