import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { skipDeadLetter } from '../../db/dead-letter-changes.ts';
import { parkDeadLetters } from '../../db/dead-letters.ts';
import { countSystem, MOST_COUNTED } from '../../db/system-counts.ts';
import { addEndpoint, changeEndpoint, removeEndpoint } from '../../db/webhooks.ts';
import { createTestDatabase } from '../support/database.ts';
import { unpublished } from './dead-letters-fixture.ts';
import { accept } from './order-fixture.ts';

const { db } = await createTestDatabase();
const LIMITS = { stuckAfterMs: 0, paymentStuckAfterMs: 0, problematicChanges: 100 };

async function endpoint(): Promise<string> {
  const added = await addEndpoint(db, { id: v7(), url: 'http://localhost', eventTypes: [], secret: 'secret' }, 1000);
  return added!.id;
}

/** So many deliveries of an endpoint; those that wait for another attempt are due in an hour. */
async function deliveries(
  endpointId: string,
  status: string,
  { count, retry = false }: { count: number; retry?: boolean },
) {
  await db`
    insert into webhook_deliveries (endpoint_id, event_id, event_type, order_id, body, status, next_attempt_at, finished_at)
    select ${endpointId}, gen_random_uuid(), 'order.created.v1', 'order', '{}', ${status},
      now() + case when ${retry} then interval '1 hour' else interval '0' end,
      case when ${status} <> 'PENDING' then now() end
    from generate_series(1, ${count}::int)`;
}

it('counts what waits for somebody, and nothing of what was removed', async () => {
  expect(await countSystem(db, LIMITS)).toEqual({
    deadLetters: { PENDING: 0, REPLAYED: 0, FAILED: 0, SKIPPED: 0 },
    endpoints: 0,
    disabled: 0,
    pending: 0,
    retrying: 0,
    failed: 0,
    alerts: { STUCK: 0, PAYMENT_STUCK: 0, AWAITING_APPROVAL: 0, PROBLEMATIC: 0 },
  });
  const letters = [unpublished(), unpublished(), unpublished()];
  await parkDeadLetters(db, letters);
  await skipDeadLetter(db, { eventId: letters[0]!.eventId, actor: 'ann', reason: 'not needed' });
  const [active, disabled, removed] = [await endpoint(), await endpoint(), await endpoint()];
  await changeEndpoint(db, disabled, { status: 'DISABLED' });
  await deliveries(active, 'PENDING', { count: 2 });
  await deliveries(active, 'PENDING', { count: 3, retry: true });
  await deliveries(disabled, 'PENDING', { count: 1 });
  await deliveries(active, 'FAILED', { count: 4 });
  await deliveries(active, 'DELIVERED', { count: 5 });
  await deliveries(removed, 'FAILED', { count: 6 });
  await removeEndpoint(db, removed);
  await accept(db);
  expect(await countSystem(db, LIMITS)).toMatchObject({
    deadLetters: { PENDING: 2, SKIPPED: 1 },
    endpoints: 2,
    disabled: 1,
    pending: 6,
    retrying: 3,
    failed: 4,
    alerts: { STUCK: 1, PAYMENT_STUCK: 0 },
  });
});

it('stops at a bound, so that it stays cheap', async () => {
  const { deadLetters, deliveries: most } = MOST_COUNTED;
  await db`
    insert into dead_letters (event_id, source, status, topic, payload, error, attempts)
    select gen_random_uuid(), 'PUBLISHER', 'FAILED', 'order.created.v1', '', 'failed', 3
    from generate_series(1, ${deadLetters + 100}::int)`;
  const [one, other] = [await endpoint(), await endpoint()];
  await deliveries(one, 'FAILED', { count: most - 50 });
  await deliveries(other, 'FAILED', { count: 100 });
  const counts = await countSystem(db, LIMITS);
  expect(counts.deadLetters.FAILED).toBe(deadLetters);
  expect(counts.failed).toBe(most);
});
