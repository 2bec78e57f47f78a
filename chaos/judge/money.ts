/** Rules about money, by the provider's own ledger. */
import { groupBy, type Rule } from './evidence.ts';

const CAPTURED = 'captured';
const isCapture = ({ kind, outcome }: { kind: string; outcome: string }) => kind === 'charge' && outcome === CAPTURED;

/** No order is charged twice, or by another amount than its total, or refunded by another amount than it was charged. */
export const noDoubleCharge: Rule = {
  name: '0 double charges',
  check: ({ books }) => {
    const totals = new Map(books.orders.map(({ id, totalMinor }) => [id, totalMinor]));
    return [...groupBy(books.ledger, ({ orderId }) => orderId)].flatMap(([orderId, entries]) => {
      const captures = entries.filter(isCapture);
      const refunds = entries.filter(({ kind }) => kind === 'refund');
      const total = totals.get(orderId);
      return [
        ...(total === undefined && captures.length > 0 ? [`${orderId} was charged and is not in the books`] : []),
        ...(captures.length > 1 ? [`${orderId} was charged ${captures.length} times`] : []),
        ...(refunds.length > captures.length ? [`${orderId} was refunded more often than charged`] : []),
        ...[...captures, ...refunds]
          .filter(({ amountMinor }) => total !== undefined && amountMinor !== total)
          .map(({ kind, amountMinor }) => `${orderId} costs ${total} and its ${kind} is of ${amountMinor}`),
      ];
    });
  },
};

/** Each delivered order is paid for, no cancelled one is, and the sums agree. */
export const moneyAddsUp: Rule = {
  name: 'captures − refunds = total of delivered orders',
  check: ({ books }) => {
    const entries = groupBy(books.ledger, ({ orderId }) => orderId);
    const balanceOf = (orderId: string) => sum((entries.get(orderId) ?? []).map(valueOf));
    const each = books.orders.flatMap(({ id, status, totalMinor }) => {
      const balance = balanceOf(id);
      if (status === 'DELIVERED' && balance !== totalMinor)
        return [`${id} is delivered; ${balance} of ${totalMinor} is paid`];
      return status === 'CANCELLED' && balance !== 0
        ? [`${id} is cancelled, and the shop holds ${balance} for it`]
        : [];
    });
    const held = sum(books.ledger.map(valueOf));
    const due = sum(books.orders.filter(({ status }) => status === 'DELIVERED').map(({ totalMinor }) => totalMinor));
    return held === due ? each : [...each, `captures − refunds are ${held}, delivered orders come to ${due}`];
  },
};

function valueOf(entry: { kind: string; outcome: string; amountMinor: number }): number {
  if (isCapture(entry)) return entry.amountMinor;
  return entry.kind === 'refund' && entry.outcome === 'refunded' ? -entry.amountMinor : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
