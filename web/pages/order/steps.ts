/** The steps of an order on its way. */
import type { HistoryEvent, OrderDetails, OrderStatus } from './order-queries.ts';

/** A step; moments are ISO 8601. */
export interface Step {
  readonly status: OrderStatus;
  readonly state: 'done' | 'current' | 'to come' | 'cancelled';
  readonly reachedAt?: string | undefined;
  readonly expectedAt?: string | undefined;
}

const WAY: readonly OrderStatus[] = ['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED'];

/** The steps as the server tells them of the order as it stands, or by its events as it stood at its version. */
export function tellSteps({ order, progress }: OrderDetails, events: readonly HistoryEvent[]): Step[] {
  const steps = progress
    ? progress.steps.map((step) => ({ status: step.status, reachedAt: step.reached_at, expectedAt: step.expected_at }))
    : stepsOf(order, events);
  return steps.map((step) => ({ ...step, state: stateOf(step, order.status) }));
}

function stepsOf(order: OrderDetails['order'], events: readonly HistoryEvent[]) {
  const reachedAt = (status: OrderStatus) =>
    events.find((event) => event.version <= order.version && event.status === status)?.occurred_at;
  const statuses =
    order.status === 'CANCELLED'
      ? [...WAY.filter((status) => reachedAt(status) !== undefined), 'CANCELLED' as const]
      : WAY;
  return statuses.map((status) => ({ status, reachedAt: reachedAt(status) }));
}

function stateOf({ status, reachedAt }: { status: OrderStatus; reachedAt?: string | undefined }, now: OrderStatus) {
  if (status === 'CANCELLED') return 'cancelled';
  if (reachedAt === undefined) return 'to come';
  return status === now && status !== 'DELIVERED' ? 'current' : 'done';
}
