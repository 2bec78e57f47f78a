/** Undoing what was done to an order that ends before its delivery. */
import type { Ending } from '../domain/lifecycle.ts';
import { firstAttempt, providers, statements } from './activity-options.ts';
import { type Compensation, enterStage, type OrderState, take } from './order-state.ts';

/** Gives back what was captured, or makes sure that nothing will be. */
export function refundCompensation({ input: { orderId, totalMinor } }: OrderState): Compensation {
  const refund = { orderId, amountMinor: totalMinor };
  return {
    name: 'refunding the payment',
    undo: () => firstAttempt.refund(refund).catch(() => providers.refund(refund)),
  };
}

/** Makes sure that nothing is booked with the carrier. */
export function bookingCompensation({ input: { orderId } }: OrderState): Compensation {
  return {
    name: 'cancelling the booking',
    undo: () => firstAttempt.cancelBooking(orderId).catch(() => providers.cancelBooking(orderId)),
  };
}

/**
 * Undoes everything, the latest first, each for as long as it takes; then releases the stock and cancels the order in
 * one statement.
 */
export async function undo(state: OrderState, { failureReason, details }: Ending): Promise<void> {
  const { orderId } = state.input;
  if (state.compensations.length > 0)
    take(state, await statements.requestCancellation(orderId, failureReason, details));
  await compensate(state);
  enterStage(state, 'releasing the stock');
  take(state, await statements.cancelOrder(orderId, failureReason, details));
}

/** Runs what undoes the steps, the latest first, each for as long as it takes. */
export async function compensate(state: OrderState): Promise<void> {
  for (const compensation of state.compensations.reverse()) {
    enterStage(state, compensation.name);
    await compensation.undo();
  }
}
