import { randomUUID } from 'node:crypto';
import type { LoggedEvent } from '../../db/log.ts';

/** An event as it is read from the log, of no order in the database. */
export function makeLoggedEvent({ position, reason = 'late' }: { position: number; reason?: string }): LoggedEvent {
  return {
    eventId: randomUUID(),
    orderId: 'order-1',
    version: position + 1,
    type: 'OrderApproved',
    data: { reason },
    occurredAt: '2026-01-01T00:00:00.000Z',
    cursor: { tx: '1', position },
    customerId: 'customer-1',
    traceparent: null,
  };
}
