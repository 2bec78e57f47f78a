/** What happens to an order now, in plain words. */
import type { OrderDetails, Progress, Settings } from './order-queries.ts';

/** A headline and what it means. */
export interface StageWords {
  readonly title: string;
  readonly meaning: string;
}

/** Tells the stage of an order; `settings` where they are known. */
export function stageWords({ order }: OrderDetails, { stage }: Progress, settings: Settings | undefined): StageWords {
  switch (stage) {
    case 'AWAITING_APPROVAL':
      return {
        title: 'Waiting for approval',
        meaning:
          'The total is above the approval limit. A person approves or denies it; without a decision it is denied.',
      };
    case 'RESERVING_STOCK':
      return {
        title: 'Reserving stock',
        meaning: 'All items are reserved together, or none where one of them is short.',
      };
    case 'WAITING_TO_CHARGE':
      return {
        title: 'Waiting to charge',
        meaning:
          'The stock is reserved. The payment is charged when the delay is over; until then cancelling costs nothing.',
      };
    case 'CHARGING':
      return {
        title: 'Charging the payment',
        meaning: 'The payment provider has been asked and has not answered yet.',
      };
    case 'RETRYING_PAYMENT':
      return {
        title: 'The payment provider does not answer',
        meaning: `It is asked again by itself, after growing pauses${attempts(settings?.attempts.payment)}. However often it is asked, the customer is charged at most once.`,
      };
    case 'PREPARING':
      return { title: 'Preparing the shipment', meaning: 'Paid. The shipment is booked when the delay is over.' };
    case 'BOOKING_SHIPMENT':
      return { title: 'Booking the shipment', meaning: 'The carrier has been asked and has not answered yet.' };
    case 'RETRYING_BOOKING':
      return {
        title: 'The carrier does not answer',
        meaning: `It is asked again by itself, after growing pauses${attempts(settings?.attempts.carrier)}. Then the payment is refunded and the order cancelled.`,
      };
    case 'IN_DELIVERY':
      return { title: 'On its way', meaning: 'The carrier has the shipment; its news appears here as it comes.' };
    case 'CANCELLING':
      return {
        title: 'Being cancelled',
        meaning: 'What was done is being undone: a booking is cancelled, a payment refunded, stock released.',
      };
    case 'SETTLED':
      return order.status === 'DELIVERED'
        ? { title: 'Delivered', meaning: 'The order is complete; nothing more happens to it.' }
        : { title: 'Cancelled', meaning: 'The order has ended; nothing more happens to it.' };
  }
}

function attempts(most: number | undefined): string {
  return most === undefined ? '' : `, ${most} times at most`;
}
