/** How an order stands, in a few words and one or two sentences for its customer. */
import type { FailureReason } from '../../domain/failure-reason.ts';
import type { Order } from '../../domain/order.ts';
import { tellAmount } from './amounts.ts';

/** What stands on top of the page; `headlineAt` is a moment (ISO 8601) that the headline ends with. */
export interface Headline {
  readonly mood: 'waiting' | 'moving' | 'arrived' | 'cancelled';
  readonly headline: string;
  readonly headlineAt: string | null;
  readonly explanation: string;
}

/** Tells how an order stands; `isBeingCancelled` once its cancellation was asked for. */
export function tellHeadline(order: Order, { isBeingCancelled }: { isBeingCancelled: boolean }): Headline {
  switch (order.status) {
    case 'PENDING':
    case 'PROCESSING':
      return isBeingCancelled ? tellCancelling(order) : tellOpen(order);
    case 'SHIPPED':
      return tellShipped(order);
    case 'DELIVERED':
      return {
        mood: 'arrived',
        headline: 'Delivered on',
        headlineAt: order.statusSince,
        explanation: 'Your order has arrived. We hope you enjoy it.',
      };
    case 'CANCELLED':
      return tellCancelled(order);
  }
}

function tellOpen({ status, approval, payment }: Order): Headline {
  const waiting = (headline: string, explanation: string): Headline => ({
    mood: 'waiting',
    headline,
    headlineAt: null,
    explanation,
  });
  if (status === 'PROCESSING')
    return waiting('Being prepared', 'Your payment is in, and we are getting your parcel ready.');
  if (approval === 'AWAITING_APPROVAL')
    return waiting(
      'We are checking your order',
      'Somebody is looking at it before we go on. Nothing has been charged, and there is nothing for you to do.',
    );
  switch (payment?.status) {
    case 'PAYMENT_PENDING':
      return waiting('We have your order', 'Your items are set aside for you. The payment comes next.');
    case 'PAYMENT_PROCESSING':
      return waiting(
        'Waiting for the payment',
        'It is taking longer than usual. We keep trying, and there is nothing for you to do.',
      );
    case 'PAYMENT_FAILED':
      return waiting('The payment did not go through', 'We are closing this order.');
    default:
      return waiting('We have your order', 'Thank you! We are setting your items aside.');
  }
}

function tellShipped({ shipment }: Order): Headline {
  const isOut = shipment?.status === 'SHIPMENT_OUT_FOR_DELIVERY';
  return {
    mood: 'moving',
    headline: isOut ? 'Out for delivery' : 'On its way',
    headlineAt: null,
    explanation: isOut ? 'Your parcel is on the last stretch to you.' : 'Your parcel is with the carrier.',
  };
}

function tellCancelling(order: Order): Headline {
  return {
    mood: 'cancelled',
    headline: 'Being cancelled',
    headlineAt: null,
    explanation: `Your order is being cancelled. ${tellMoney(order)}`,
  };
}

function tellCancelled(order: Order): Headline {
  const reason = order.failureReason && REASONS[order.failureReason];
  const isRefunded = order.payment?.status === 'PAYMENT_REFUNDED';
  return {
    mood: 'cancelled',
    headline: isRefunded ? 'Cancelled – your payment was refunded' : 'Cancelled',
    headlineAt: null,
    explanation: [reason, tellMoney(order)].filter((sentence) => sentence !== null).join(' '),
  };
}

/** Why an order was cancelled, in words that say nothing of the inside. */
const REASONS: Readonly<Record<FailureReason, string>> = {
  OUT_OF_STOCK: 'We are sorry: something that you ordered is sold out.',
  PAYMENT_DECLINED: 'Your payment was declined.',
  PAYMENT_UNAVAILABLE: 'We are sorry: your payment could not be processed.',
  SHIPMENT_UNAVAILABLE: 'We are sorry: no carrier could take your parcel.',
  APPROVAL_DENIED: 'We are sorry: we could not accept this order.',
  APPROVAL_TIMED_OUT: 'We are sorry: we could not check this order in time.',
  CANCELLED_ON_REQUEST: 'The order was cancelled on request.',
};

/** What becomes of the money of an order that does not go on. */
function tellMoney({ payment, currency, status }: Order): string {
  switch (payment?.status) {
    case 'PAYMENT_REFUNDED':
      return `We have refunded ${tellAmount(payment.amountMinor, currency)} to you. Your bank may need a few days to show it.`;
    case 'PAYMENT_COMPLETED':
      return `Your payment of ${tellAmount(payment.amountMinor, currency)} will be refunded.`;
    default:
      // A provider that gave no answer may have taken the money all the same; at the end that is known.
      return status === 'CANCELLED' || !payment ? 'You were not charged.' : 'If anything was charged, you get it back.';
  }
}
