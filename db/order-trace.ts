import type { Database } from './client.ts';

/** The W3C trace context that an order came with; null where there is no such order. */
export async function findTraceparent(db: Database, orderId: string): Promise<string | null> {
  const [row] = await db<{ traceparent: string | null }[]>`
    select traceparent from order_events where order_id = ${orderId} and version = 1`;
  return row?.traceparent ?? null;
}
