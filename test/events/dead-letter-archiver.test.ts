import { pino } from 'pino';
import { expect, it } from 'vitest';
import { skipDeadLetter } from '../../db/dead-letter-changes.ts';
import { findDeadLetter } from '../../db/dead-letter-reads.ts';
import { parkDeadLetters } from '../../db/dead-letters.ts';
import { archiveResolved } from '../../events/dead-letter-archiver.ts';
import { unpublished } from '../db/dead-letters-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

it('resolved dead letters move to the archive after their retention, by one of several relays', async () => {
  const { db } = await createTestDatabase();
  const letters = Array.from({ length: 20 }, () => unpublished());
  await parkDeadLetters(db, letters);
  const [open, ...others] = letters.map(({ eventId }) => eventId) as [string, ...string[]];
  for (const eventId of others) await skipDeadLetter(db, { eventId, actor: 'test', reason: 'enough' });
  const stopping = new AbortController();
  const archiving = ['one', 'two'].map((holder) =>
    archiveResolved({
      db,
      holder,
      retentionMs: 300,
      beatMs: 50,
      logger: pino({ level: 'silent' }),
      signal: stopping.signal,
    }),
  );
  await until('all resolved ones are archived', async () => {
    const found = await Promise.all(others.map((id) => findDeadLetter(db, id)));
    return found.every((letter) => letter?.archivedAt);
  });
  stopping.abort();
  await Promise.all(archiving);
  expect(await findDeadLetter(db, open)).toMatchObject({ status: 'PENDING', archivedAt: null });
  expect(await findDeadLetter(db, others[0]!)).toMatchObject({ status: 'SKIPPED', resolution: 'enough' });
  const early = await db`select from dead_letter_archive where archived_at < resolved_at + interval '300 milliseconds'`;
  expect(early.count).toBe(0);
});
