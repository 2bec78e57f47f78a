import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { CreateOrderInput, CreateOrderOutcome } from '../domain/lifecycle.ts';
import { isSettled } from '../domain/order-status.ts';
import { compensate, undo } from './compensation.ts';
import { registerHandlers } from './handlers.ts';
import { openState, type OrderState } from './order-state.ts';
import { awaitApproval, deliver, pay, reserve, ship } from './stages.ts';

/**
 * Carries an order through its life: approval where needed, stock, payment, shipment, delivery; or ends it early and
 * undoes what was done. Declined, out of stock, denied and cancelled are results; it fails only by a bug.
 */
export async function CreateOrder(input: CreateOrderInput): Promise<CreateOrderOutcome> {
  const state = openState(input);
  registerHandlers(state);
  // "Request cancellation" in the Temporal Web UI is a wish like any other: undone where the order allows it.
  CancellationScope.current().cancelRequested.catch(() => {
    state.cancellation ??= { failureReason: 'CANCELLED_ON_REQUEST', details: 'workflow cancellation requested' };
  });
  await CancellationScope.nonCancellable(() => live(state));
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return { orderId: input.orderId, status: state.status, failureReason: state.failureReason };
}

async function live(state: OrderState): Promise<void> {
  for (const stage of [awaitApproval, reserve, pay, ship]) {
    const ending = await stage(state);
    if (ending) await undo(state, ending);
    // The row may remember a cancellation that Temporal lost in a crash, before its workflow task was kept. What was done
    // since then, not knowing of it, is undone as well.
    else if (state.status === 'CANCELLED') await compensate(state);
    if (isSettled(state.status)) return;
  }
  await deliver(state);
}
