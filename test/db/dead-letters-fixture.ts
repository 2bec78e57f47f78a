/** Dead letters for tests. */
import { randomUUID } from 'node:crypto';
import type { NewDeadLetter } from '../../db/dead-letters.ts';

/** An event of an order that could not be published, changed as wanted. */
export function unpublished(parts: Partial<NewDeadLetter> = {}): NewDeadLetter {
  const eventId = parts.eventId ?? randomUUID();
  const orderId = parts.orderId ?? `order-${eventId}`;
  return {
    eventId,
    source: 'PUBLISHER',
    topic: 'order.updated.v1',
    recordKey: orderId,
    headers: { ce_id: eventId },
    payload: Buffer.from(JSON.stringify({ specversion: '1.0', id: eventId, data: { order_id: orderId } })),
    eventType: 'order.updated.v1',
    orderId,
    orderVersion: 1,
    error: 'the record is too large',
    attempts: 3,
    ...parts,
  };
}

/** The events of one order from a version on: the first failed, the others wait behind it. */
export function unpublishedOrder(orderId: string, { versions }: { versions: number[] }): NewDeadLetter[] {
  const [first, ...others] = versions.map((orderVersion) => unpublished({ orderId, orderVersion }));
  if (!first) return [];
  return [first, ...others.map((letter) => ({ ...letter, waitsBehind: first.eventId, attempts: 0 }))];
}
