/** The messages that a running `CreateOrder` workflow takes: updates with an answer, signals without, and a query. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { type CarrierNews, MESSAGES, type Reason, type StatusWish, type WorkflowView } from '../domain/lifecycle.ts';

/** Cancels the order; answers when it is cancelled, or soon after where the undoing takes its time. */
export const cancelOrderUpdate = defineUpdate<WorkflowView, [Reason?]>(MESSAGES.cancelOrder);
/** Moves the order to its next status before its time; answers when it is there. */
export const updateOrderStatusUpdate = defineUpdate<WorkflowView, [StatusWish]>(MESSAGES.updateOrderStatus);
/** Approves an order that waits for approval. */
export const approveOrderUpdate = defineUpdate<WorkflowView, [Reason?]>(MESSAGES.approveOrder);
/** Denies an order that waits for approval; answers when it is cancelled. */
export const denyOrderUpdate = defineUpdate<WorkflowView, [Reason?]>(MESSAGES.denyOrder);
/** Records news of the carrier about a shipped order. */
export const recordCarrierNewsUpdate = defineUpdate<WorkflowView, [CarrierNews]>(MESSAGES.recordCarrierNews);

/** As the update, for the Temporal Web UI and command line; one that is not allowed is ignored. */
export const cancelOrderSignal = defineSignal<[Reason?]>(MESSAGES.cancelOrder);
/** As the update, for the Temporal Web UI and command line; one that is not allowed is ignored. */
export const updateOrderStatusSignal = defineSignal<[StatusWish]>(MESSAGES.updateOrderStatus);
/** As the update, for the Temporal Web UI and command line; one that is not allowed is ignored. */
export const approveOrderSignal = defineSignal<[Reason?]>(MESSAGES.approveOrder);
/** As the update, for the Temporal Web UI and command line; one that is not allowed is ignored. */
export const denyOrderSignal = defineSignal<[Reason?]>(MESSAGES.denyOrder);

/** The workflow's own view of the order. */
export const getOrderQuery = defineQuery<WorkflowView>(MESSAGES.getOrder);
