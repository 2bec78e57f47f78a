/**
 * The stages of an order's life. Each one waits, does its part and answers nothing, or why the order ends here. A stage
 * that the order has behind it already does nothing, so that a workflow started anew goes on where the order stands.
 */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Ending } from '../domain/lifecycle.ts';
import { hasReached, isSettled, type OrderStatus } from '../domain/order-status.ts';
import { firstAttempt, providers, statements } from './activity-options.ts';
import { bookingCompensation, refundCompensation } from './compensation.ts';
import { enterStage, type OrderState, take } from './order-state.ts';

/** Waits for a person where the total is above the limit; a timeout denies. */
export async function awaitApproval(state: OrderState): Promise<Ending | undefined> {
  if (state.approval === 'NOT_REQUIRED') return undefined;
  const { orderId, settings } = state.input;
  const expiresAt = new Date(Date.now() + settings.approvalTimeoutMs).toISOString();
  enterStage(state, 'waiting for approval');
  take(state, await statements.requestApproval(orderId, settings.approvalLimit, expiresAt));
  if (state.approval !== 'AWAITING_APPROVAL' || isSettled(state.status)) return undefined;

  const isDecided = () => state.decision !== undefined || isWanted(state, 'PROCESSING') || isCancelled(state);
  await condition(isDecided, settings.approvalTimeoutMs, { summary: 'waiting for approval' });
  if (state.cancellation) return state.cancellation;
  const { approved, reason } = state.decision ?? { approved: isWanted(state, 'PROCESSING'), reason: null };
  take(state, await statements.decideApproval(orderId, approved ? 'APPROVED' : 'DENIED', reason));
  if (approved) return undefined;
  return { failureReason: state.decision ? 'APPROVAL_DENIED' : 'APPROVAL_TIMED_OUT', details: reason };
}

/** Reserves the stock. Where it is short, the same statement has cancelled the order. */
export async function reserve(state: OrderState): Promise<Ending | undefined> {
  enterStage(state, 'reserving stock');
  const reserved = await statements.reserveStock(state.input.orderId);
  state.mayHaveActed = !reserved.changed;
  take(state, reserved);
  return undefined;
}

/** Waits the payment delay and charges. */
export async function pay(state: OrderState): Promise<Ending | undefined> {
  const refund = refundCompensation(state);
  if (state.mayHaveActed) state.compensations.push(refund);
  if (!hasReached(state.status, 'PROCESSING')) {
    await pause(state, 'waiting for payment', state.input.settings.paymentDelayMs, 'PROCESSING');
    if (state.cancellation) return state.cancellation;
  }
  if (!state.mayHaveActed) state.compensations.push(refund);
  if (hasReached(state.status, 'PROCESSING')) return undefined;

  enterStage(state, 'charging');
  const { orderId, totalMinor, currency, paymentMethod } = state.input;
  const details = reasonFor(state, 'PROCESSING');
  const charge = { orderId, amountMinor: totalMinor, currency, method: paymentMethod, details };
  let result = await firstAttempt.tryCharge(charge).catch(() => undefined);
  if (!result || result.outcome === 'delayed') {
    enterStage(state, 'charging: the payment provider does not answer, asking again');
    result = await untilCancelled(state, () => providers.charge(charge));
    if (!result) return state.cancellation;
  }
  take(state, result.order);
  switch (result.outcome) {
    case 'declined':
      return { failureReason: 'PAYMENT_DECLINED', details: result.reason };
    case 'unavailable':
      return { failureReason: 'PAYMENT_UNAVAILABLE', details: result.reason };
    default:
      return undefined;
  }
}

/** Waits the preparation delay and books the shipment. */
export async function ship(state: OrderState): Promise<Ending | undefined> {
  if (hasReached(state.status, 'SHIPPED')) return undefined;
  const { orderId, settings } = state.input;
  const booking = bookingCompensation(state);
  if (state.mayHaveActed) state.compensations.push(booking);
  await pause(state, 'preparing the shipment', settings.preparationDelayMs, 'SHIPPED');
  if (state.cancellation) return state.cancellation;
  if (!state.mayHaveActed) state.compensations.push(booking);

  enterStage(state, 'booking the shipment');
  const deliverBy = new Date(Date.now() + settings.deliveryDelayMs).toISOString();
  const shipment = { orderId, deliverBy, details: reasonFor(state, 'SHIPPED') };
  let result = await firstAttempt.tryBooking(shipment).catch(() => undefined);
  if (!result || result.outcome === 'delayed') {
    enterStage(state, 'booking the shipment: the carrier does not answer, asking again');
    result = await untilCancelled(state, () => providers.bookShipment(shipment));
    if (!result) return state.cancellation;
  }
  if (result.order) take(state, result.order);
  return result.outcome === 'unavailable'
    ? { failureReason: 'SHIPMENT_UNAVAILABLE', details: result.reason }
    : undefined;
}

/** Waits the delivery delay, records what the carrier says meanwhile, and delivers. */
export async function deliver(state: OrderState): Promise<void> {
  const { orderId, settings } = state.input;
  const deadline = Date.now() + settings.deliveryDelayMs;
  const hasNews = () => state.recorded < state.news.length;
  for (;;) {
    const isOver = () => isWanted(state, 'DELIVERED') || Date.now() >= deadline;
    if (!isOver() && !hasNews()) await pause(state, 'on its way', deadline - Date.now(), 'DELIVERED', hasNews);
    const news = state.news[state.recorded];
    if (!news) break;
    take(state, await statements.recordNews(orderId, news));
    state.recorded += 1;
    if (news.status === 'SHIPMENT_DELIVERED') state.target = { status: 'DELIVERED', reason: null };
  }
  enterStage(state, 'delivering');
  take(state, await statements.deliverOrder(orderId, reasonFor(state, 'DELIVERED')));
}

/** Waits, unless somebody wants to go on, or to cancel, or something else is there to do. */
async function pause(
  state: OrderState,
  stage: string,
  milliseconds: number,
  until: OrderStatus,
  isInterrupted: () => boolean = () => false,
): Promise<void> {
  enterStage(state, stage);
  if (milliseconds <= 0) return;
  const isOver = () => isCancelled(state) || isWanted(state, until) || isInterrupted();
  await condition(isOver, milliseconds, { summary: stage });
}

/**
 * Runs a long activity until somebody wants to cancel; nothing then, and whether it acted is unknown. An attempt that was
 * under way when the cancellation came may fail with its own error instead of saying that it was cancelled.
 */
async function untilCancelled<Result>(state: OrderState, run: () => Promise<Result>): Promise<Result | undefined> {
  const scope = new CancellationScope();
  void condition(() => isCancelled(state)).then(() => scope.cancel());
  try {
    return await scope.run(run);
  } catch (error) {
    if (isCancellation(error) || isCancelled(state)) return undefined;
    throw error;
  }
}

function isCancelled(state: OrderState): boolean {
  return state.cancellation !== undefined;
}

function isWanted(state: OrderState, status: OrderStatus): boolean {
  return state.target !== undefined && hasReached(state.target.status, status);
}

/** Why the order goes to a status before its time, where somebody wants that and said why. */
function reasonFor(state: OrderState, status: OrderStatus): string | null {
  return state.target?.status === status ? state.target.reason : null;
}
