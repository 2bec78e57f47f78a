/** Why an order ended, or is ending, what was undone, and what somebody can do now. */
import { eventWords, reasonWords } from '../../elements/event-words.ts';
import type { HistoryEvent, OrderDetails } from './order-queries.ts';

/** All of it, in plain words. */
export interface Ending {
  readonly title: string;
  readonly why: string;
  readonly undone: readonly string[];
  readonly advice: string;
}

type Reason = NonNullable<OrderDetails['order']['failure_reason']>;

const BEGINNINGS: readonly HistoryEvent['type'][] = [
  'StockRejected',
  'OrderDenied',
  'PaymentFailed',
  'CancellationRequested',
];

/** Tells it of an order that is cancelled or being cancelled; undefined for every other. */
export function tellEnding({ order }: OrderDetails, events: readonly HistoryEvent[]): Ending | undefined {
  const sofar = events.filter(({ version }) => version <= order.version);
  const isOver = order.status === 'CANCELLED';
  if (!isOver && !sofar.some(({ type }) => BEGINNINGS.includes(type))) return undefined;
  const reason = order.failure_reason ?? reasonOf(sofar);
  const said = order.status_details ?? saidOf(sofar);
  return {
    title: `${isOver ? 'Cancelled' : 'Being cancelled'}: ${(reason === undefined ? 'under way' : reasonWords(reason)).replace(/^Cancelled /, '')}`,
    why: whyOf(reason, said, sofar),
    undone: undoneOf(sofar, { isOver, currency: order.currency }),
    advice: adviceOf(reason),
  };
}

function reasonOf(events: readonly HistoryEvent[]): Reason | undefined {
  const named = events.findLast(({ data }) => typeof data.failure_reason === 'string');
  return named?.data.failure_reason as Reason | undefined;
}

function saidOf(events: readonly HistoryEvent[]): string | undefined {
  return events.findLast(({ type, reason }) => BEGINNINGS.includes(type) && reason !== undefined)?.reason;
}

function whyOf(reason: Reason | undefined, said: string | undefined, events: readonly HistoryEvent[]): string {
  const words = said === undefined || said === reason ? '' : ` It was said: “${said}”.`;
  switch (reason) {
    case 'OUT_OF_STOCK': {
      const rejected = events.find(({ type }) => type === 'StockRejected');
      return rejected ? `${eventWords(rejected.type, rejected.data)}.` : 'There was not enough in stock.';
    }
    case 'PAYMENT_DECLINED':
      return `The payment provider answered and declined the charge for good.${words}`;
    case 'PAYMENT_UNAVAILABLE':
      return `The payment provider did not answer any attempt, so the payment was given up.${words}`;
    case 'SHIPMENT_UNAVAILABLE':
      return `The carrier did not answer any attempt, so the booking was given up.${words}`;
    case 'APPROVAL_DENIED':
      return `The total is above the approval limit, and a person denied the order.${words}`;
    case 'APPROVAL_TIMED_OUT':
      return 'The total is above the approval limit, and nobody decided in time.';
    case 'CANCELLED_ON_REQUEST':
      return `Somebody asked for it.${words}`;
    default:
      return `What was done is being undone.${words}`;
  }
}

function undoneOf(
  events: readonly HistoryEvent[],
  { isOver, currency }: { isOver: boolean; currency: string },
): string[] {
  const has = (wanted: HistoryEvent['type']) => events.some(({ type }) => type === wanted);
  const undone = events
    .filter(({ type }) => type === 'PaymentRefunded' || type === 'StockReleased')
    .map(({ type, data }) => eventWords(type, { ...data, currency }));
  if (!isOver) return undone;
  // Before the end nobody knows: the provider may have charged without its answer having come.
  if (!has('PaymentRefunded')) undone.unshift('Nothing was charged');
  if (!has('StockReserved')) undone.push('No stock was reserved');
  return undone;
}

function adviceOf(reason: Reason | undefined): string {
  switch (reason) {
    case 'OUT_OF_STOCK':
      return 'Restock the product, or order fewer pieces.';
    case 'PAYMENT_DECLINED':
      return 'The customer can order again with another means of payment.';
    case 'PAYMENT_UNAVAILABLE':
      return 'Order again when the payment provider is back.';
    case 'SHIPMENT_UNAVAILABLE':
      return 'Order again when the carrier is back.';
    case 'APPROVAL_TIMED_OUT':
      return 'Order again, and let somebody approve it in time.';
    default:
      return 'If that was a mistake, order the same again.';
  }
}
