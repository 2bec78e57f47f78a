/** How far an order has come and what comes next, told from its rows and events: also while Temporal is away. */
import { backoffDelay, PROVIDER_BACKOFF } from './backoff.ts';
import type { OrderEvent } from './events.ts';
import type { LifecycleSettings } from './lifecycle.ts';
import type { Order } from './order.ts';
import { allowedActions, awaitsApproval, type OrderAction } from './order-actions.ts';
import { hasReached, isSettled, ORDER_STATUSES, type OrderStatus } from './order-status.ts';

/**
 * What happens to an order now. `WAITING_TO_CHARGE`, `PREPARING` and `IN_DELIVERY` are durable sleeps; `CANCELLING` is the
 * undoing of what was done.
 */
export const ORDER_STAGES = [
  'AWAITING_APPROVAL',
  'RESERVING_STOCK',
  'WAITING_TO_CHARGE',
  'CHARGING',
  'RETRYING_PAYMENT',
  'PREPARING',
  'BOOKING_SHIPMENT',
  'RETRYING_BOOKING',
  'IN_DELIVERY',
  'CANCELLING',
  'SETTLED',
] as const;
export type OrderStage = (typeof ORDER_STAGES)[number];

/** A status on the way of an order. Moments are ISO 8601 in UTC. */
export interface ProgressStep {
  readonly status: OrderStatus;
  /** Absent where the order has not been there. */
  readonly reachedAt?: string | undefined;
  /** Absent where the order has been there, and where it cannot be known. */
  readonly expectedAt?: string | undefined;
}

/** How it goes with a provider that does not answer. Moments are ISO 8601 in UTC. */
export interface Retry {
  readonly failedAttempts: number;
  readonly lastError?: string | undefined;
  readonly lastAt: string;
  /** About; absent where it is past. */
  readonly nextAt?: string | undefined;
}

/** The progress of an order. Moments are ISO 8601 in UTC. */
export interface OrderProgress {
  readonly stage: OrderStage;
  readonly stageSince: string;
  /** When the sleep of this stage ends or the approval times out; absent where that is unknown or past. */
  readonly expectedUntil?: string | undefined;
  /** On the way to delivery; of a cancelled order those that it reached, and `CANCELLED`. */
  readonly steps: readonly ProgressStep[];
  /** What would change the order now; nothing while it is being undone. */
  readonly allowedActions: readonly OrderAction[];
  /** While a provider is asked again. */
  readonly retry?: Retry | undefined;
}

/** How often the providers did not answer so far. */
export interface FailedAttempts {
  readonly payment: number;
  readonly booking: number;
}

/** The last attempt that a provider did not answer. */
export interface FailedAttempt {
  readonly error: string | null;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** What the progress is told from; `events` are those of the order up to its version, oldest first. */
export interface ProgressFacts {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
  readonly failedAttempts: FailedAttempts;
  /** Of each provider that was asked. */
  readonly lastFailed?: { readonly payment?: FailedAttempt | undefined; readonly booking?: FailedAttempt | undefined };
  readonly settings: LifecycleSettings;
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/** What happens now, since when, and when it ends as far as that is known. */
interface Standing {
  readonly stage: OrderStage;
  readonly since: string;
  readonly until?: string | undefined;
}

/** The event that takes an order to each status. */
const EVENT_OF_STATUS = {
  PENDING: 'OrderCreated',
  PROCESSING: 'PaymentAuthorized',
  SHIPPED: 'ShippingScheduled',
  DELIVERED: 'OrderDelivered',
  CANCELLED: 'OrderCancelled',
} as const satisfies Record<OrderStatus, OrderEvent['type']>;

/** Tells how far an order has come. */
export function tellProgress(facts: ProgressFacts): OrderProgress {
  const { order, settings } = facts;
  const { stage, since, until } = findStage(facts);
  return {
    stage,
    stageSince: since,
    expectedUntil: until,
    steps: tellSteps(facts, { stage, since, until }),
    allowedActions: stage === 'CANCELLING' ? [] : allowedActions(order, settings.approvalLimit),
    retry: tellRetry(facts, stage),
  };
}

function tellRetry({ failedAttempts, lastFailed, now }: ProgressFacts, stage: OrderStage): Retry | undefined {
  if (stage !== 'RETRYING_PAYMENT' && stage !== 'RETRYING_BOOKING') return undefined;
  const provider = stage === 'RETRYING_PAYMENT' ? 'payment' : 'booking';
  const [failed, last] = [failedAttempts[provider], lastFailed?.[provider]];
  if (failed === 0 || !last) return undefined;
  // The second attempt follows the first at once; from then on the pauses grow.
  const pauseMs = failed === 1 ? 0 : backoffDelay(PROVIDER_BACKOFF, failed - 1, 0);
  return {
    failedAttempts: failed,
    lastError: last.error ?? undefined,
    lastAt: last.at,
    nextAt: stillToCome(later(last.at, pauseMs), now),
  };
}

function findStage(facts: ProgressFacts): Standing {
  const { order } = facts;
  if (isSettled(order.status)) return { stage: 'SETTLED', since: order.statusSince };
  const undoingSince = beginningOfUndoing(facts);
  if (undoingSince !== undefined) return { stage: 'CANCELLING', since: undoingSince };
  switch (order.status) {
    case 'PROCESSING':
      return stageOfShipment(facts);
    case 'SHIPPED':
      return sleepOrWork(facts, order.statusSince, facts.settings.deliveryDelayMs, 'IN_DELIVERY', 'IN_DELIVERY');
    default:
      return order.payment ? stageOfPayment(facts) : stageBeforeStock(facts);
  }
}

/** The first event after which an open order can only be cancelled. */
function beginningOfUndoing({ events }: ProgressFacts): string | undefined {
  const endings: readonly OrderEvent['type'][] = [
    'OrderDenied',
    'PaymentFailed',
    'CancellationRequested',
    'PaymentRefunded',
  ];
  return events.find(({ type }) => endings.includes(type))?.occurredAt;
}

function stageBeforeStock({ order, events, settings, now }: ProgressFacts): Standing {
  if (!awaitsApproval(order, settings.approvalLimit))
    return { stage: 'RESERVING_STOCK', since: timeOf(events, 'OrderApproved') ?? order.createdAt };
  const requested = events.find((event) => event.type === 'ApprovalRequested');
  return {
    stage: 'AWAITING_APPROVAL',
    since: requested?.occurredAt ?? order.createdAt,
    until: requested && stillToCome(requested.data.expires_at, now),
  };
}

function stageOfPayment(facts: ProgressFacts): Standing {
  const { order, events, failedAttempts, settings } = facts;
  const since = timeOf(events, 'StockReserved') ?? order.createdAt;
  const delayedAt = timeOf(events, 'PaymentDelayed');
  if (delayedAt !== undefined) return { stage: 'RETRYING_PAYMENT', since: delayedAt };
  const due = sleepOrWork(facts, since, settings.paymentDelayMs, 'WAITING_TO_CHARGE', 'CHARGING');
  if (failedAttempts.payment === 0) return due;
  return { stage: 'RETRYING_PAYMENT', since: due.stage === 'CHARGING' ? due.since : since };
}

function stageOfShipment(facts: ProgressFacts): Standing {
  const { order, failedAttempts, settings } = facts;
  const since = order.statusSince;
  const due = sleepOrWork(facts, since, settings.preparationDelayMs, 'PREPARING', 'BOOKING_SHIPMENT');
  if (failedAttempts.booking === 0) return due;
  return { stage: 'RETRYING_BOOKING', since: due.stage === 'BOOKING_SHIPMENT' ? due.since : since };
}

/** The stage that sleeps until its delay is over, and then the one that does the work. */
function sleepOrWork(
  { now }: ProgressFacts,
  since: string,
  delayMs: number,
  sleep: OrderStage,
  work: OrderStage,
): Standing {
  const until = later(since, delayMs);
  if (until > now) return { stage: sleep, since, until };
  return { stage: work, since: work === sleep ? since : until };
}

function tellSteps(facts: ProgressFacts, standing: Standing): ProgressStep[] {
  const { order, events } = facts;
  const reachedAt = (status: OrderStatus) => timeOf(events, EVENT_OF_STATUS[status]);
  const way = ORDER_STATUSES.filter((status) => status !== 'CANCELLED');
  if (order.status === 'CANCELLED' || standing.stage === 'CANCELLING') {
    const reached = way.filter((status) => reachedAt(status) !== undefined);
    return [...reached, 'CANCELLED' as const].map((status) => ({ status, reachedAt: reachedAt(status) }));
  }
  const expectedAt = expectSteps(facts, standing);
  return way.map((status) =>
    hasReached(order.status, status)
      ? { status, reachedAt: reachedAt(status) }
      : { status, expectedAt: expectedAt[status] },
  );
}

/** When the statuses that are to come are expected: the sleeps that lie before them, from where the order stands. */
function expectSteps(
  { settings, now }: ProgressFacts,
  { stage, since, until }: Standing,
): Partial<Record<OrderStatus, string>> {
  const { paymentDelayMs, preparationDelayMs, deliveryDelayMs } = settings;
  const afterShipping = (at: string) => ({ SHIPPED: at, DELIVERED: later(at, deliveryDelayMs) });
  const afterPayment = (at: string) => ({ PROCESSING: at, ...afterShipping(later(at, preparationDelayMs)) });
  switch (stage) {
    case 'RESERVING_STOCK': {
      const paid = stillToCome(later(since, paymentDelayMs), now);
      return paid === undefined ? {} : afterPayment(paid);
    }
    case 'WAITING_TO_CHARGE':
      return until === undefined ? {} : afterPayment(until);
    case 'PREPARING':
      return until === undefined ? {} : afterShipping(until);
    case 'IN_DELIVERY':
      return until === undefined ? {} : { DELIVERED: until };
    default:
      return {};
  }
}

function timeOf(events: readonly OrderEvent[], type: OrderEvent['type']): string | undefined {
  return events.find((event) => event.type === type)?.occurredAt;
}

function stillToCome(moment: string, now: string): string | undefined {
  return moment > now ? moment : undefined;
}

function later(moment: string, milliseconds: number): string {
  return new Date(Date.parse(moment) + milliseconds).toISOString();
}
