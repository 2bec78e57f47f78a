/** The use cases that change a running order: each is an update of its workflow. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { validate as isUuid, v7 } from 'uuid';
import type { Database } from '../db/client.ts';
import { findBegunEndings } from '../db/order-endings.ts';
import { findOrder, findOrderOfShipment, findOrderOfTracking, hasEvent } from '../db/order-reads.ts';
import { Failure, FAILURE_CODES, type FailureCode, forbiddenTransition, orderNotFound } from '../domain/failures.ts';
import { eventId, requestDigest } from '../domain/ids.ts';
import {
  type CarrierNews,
  CREATE_ORDER_WORKFLOW,
  type LifecycleSettings,
  MESSAGES,
  workflowId,
  type WorkflowView,
} from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { awaitsApproval, judgeAction, judgeMove, type Verdict } from '../domain/order-actions.ts';
import { isSettled, nextStatus, type OrderStatus } from '../domain/order-status.ts';
import { shorten } from '../domain/rules.ts';
import type { ShipmentStatus } from '../domain/shipment-status.ts';
import { inputOfOrder, workflowOptions } from '../events/workflow-start.ts';
import { annotateSpan } from '../telemetry/spans.ts';
import { within } from './deadline.ts';

/** What the commands work with. */
export interface CommandDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  /** How long a command waits for its workflow, in milliseconds. */
  readonly timeoutMs: number;
}

/** Options of every command. */
export interface CommandOptions {
  readonly reason?: string | undefined;
  /** When the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

/** News of the carrier as a client tells it. */
export interface LocationUpdate {
  /** Tells repeated news apart; made of the rest where absent. */
  readonly newsId?: string | undefined;
  readonly location?: string | undefined;
  readonly status?: ShipmentStatus | undefined;
  readonly estimatedDelivery?: string | undefined;
  readonly occurredAt?: string | undefined;
}

/** What news of the carrier is about. */
export type NewsTarget =
  { readonly shipmentId: string } | { readonly orderId: string } | { readonly trackingNumber: string };

const REPEAT_AFTER_MS = 100;

export type OrderCommands = ReturnType<typeof createOrderCommands>;

/** Makes the use cases. Each answers the order as it stands afterwards; refusals are {@link Failure}s. */
export function createOrderCommands(dependencies: CommandDependencies) {
  const { db } = dependencies;
  const { approvalLimit } = dependencies.settings;

  const find = async (orderId: string): Promise<Order> => {
    const order = await findOrder(db, orderId);
    if (!order) throw orderNotFound(orderId);
    return order;
  };

  const send = async (order: Order, update: string, argument: object, deadline?: number): Promise<Order> => {
    annotateSpan({ 'order.id': order.id, 'workflow.id': workflowId(order.id) });
    await sendUpdate(dependencies, order, update, argument, deadline);
    return find(order.id);
  };

  /** Moves an order forward before its time, or cancels it. A status that it has already is no change. */
  const updateStatus = async (orderId: string, status: OrderStatus, options: CommandOptions = {}): Promise<Order> => {
    const order = await find(orderId);
    if (admit(judgeMove(order, status)) === 'DONE') return order;
    const reason = options.reason ?? null;
    const after =
      status === 'CANCELLED'
        ? await send(order, MESSAGES.cancelOrder, { reason }, options.deadline)
        : await send(order, MESSAGES.updateOrderStatus, { status, reason }, options.deadline);
    // Settled meanwhile, in the other way: the command came too late.
    if (status === 'CANCELLED' && after.status === 'DELIVERED')
      throw forbiddenTransition(orderId, after.status, status);
    return after;
  };

  const decide = async (
    action: 'APPROVE' | 'DENY',
    orderId: string,
    { reason, deadline }: CommandOptions = {},
  ): Promise<Order> => {
    const order = await find(orderId);
    if (admit(judgeAction(action, order, approvalLimit)) === 'DONE') return order;
    const update = action === 'APPROVE' ? MESSAGES.approveOrder : MESSAGES.denyOrder;
    return send(order, update, { reason: reason ?? null }, deadline);
  };
  const approve = (orderId: string, options?: CommandOptions) => decide('APPROVE', orderId, options);

  const findShipped = async (shipmentId: string): Promise<Order> => {
    const order = isUuid(shipmentId) ? await findOrderOfShipment(db, shipmentId) : undefined;
    if (!order?.shipment) throw new Failure('NOT_FOUND', `There is no shipment ${shorten(shipmentId)}.`);
    return order;
  };

  const findTarget = async (target: NewsTarget): Promise<Order> => {
    if ('orderId' in target) return find(target.orderId);
    if ('shipmentId' in target) return findShipped(target.shipmentId);
    const order = await findOrderOfTracking(db, target.trackingNumber);
    if (!order)
      throw new Failure('NOT_FOUND', `There is no shipment with tracking number ${shorten(target.trackingNumber)}.`);
    return order;
  };

  const updateLocation = async (
    target: NewsTarget,
    update: LocationUpdate,
    options: CommandOptions = {},
  ): Promise<Order> => {
    const order = await findTarget(target);
    // News that comes again after the order has gone on is no refusal.
    if (update.newsId !== undefined && (await hasEvent(db, eventId(order.id, `news:${update.newsId}`)))) return order;
    admit(judgeAction('UPDATE_LOCATION', order, approvalLimit));
    const news: CarrierNews = {
      // The same news with the same time is a repeat; news without a time is always fresh.
      newsId: update.newsId ?? (update.occurredAt === undefined ? v7() : requestDigest(update)),
      location: update.location ?? null,
      status: update.status ?? null,
      estimatedDelivery: update.estimatedDelivery ?? null,
      occurredAt: update.occurredAt ?? new Date().toISOString(),
    };
    return send(order, MESSAGES.recordCarrierNews, news, options.deadline);
  };

  return {
    updateStatus,
    approve,
    deny: (orderId: string, options?: CommandOptions) => decide('DENY', orderId, options),
    updateLocation,
    /** Cancels an order that is not shipped; a repeat answers the same. */
    cancel: (orderId: string, options?: CommandOptions) => updateStatus(orderId, 'CANCELLED', options),
    /** Marks a shipped order as delivered before its time. */
    markDelivered: (orderId: string, options?: CommandOptions) => updateStatus(orderId, 'DELIVERED', options),
    /** Approves an order that waits for approval, else moves it to its next status. */
    confirm: async (orderId: string, options?: CommandOptions): Promise<Order> => {
      const order = await find(orderId);
      admit(judgeAction('CONFIRM', order, approvalLimit));
      const next = awaitsApproval(order, approvalLimit) ? undefined : nextStatus(order.status);
      return next ? updateStatus(orderId, next, options) : approve(orderId, options);
    },
  };
}

/** Throws the refusal of a command, where it is refused. */
function admit(verdict: Verdict): 'CHANGES' | 'DONE' {
  if (verdict instanceof Failure) throw verdict;
  return verdict;
}

/**
 * Sends an update, starting the workflow where the relay has not yet. Returns when the update is done, or when the
 * workflow is closed because its order is settled.
 */
async function sendUpdate(
  dependencies: CommandDependencies,
  order: Order,
  update: string,
  argument: object,
  callerDeadline = Number.POSITIVE_INFINITY,
): Promise<void> {
  const deadline = Math.min(Date.now() + dependencies.timeoutMs, callerDeadline);
  // Temporal knows a repeat by this id, also one of another request, so that it has one effect: a client who asks again
  // and again while no worker answers adds nothing to the few updates that a workflow takes at once.
  const updateId = requestDigest({ update, argument });
  for (;;) {
    try {
      await executeUpdate(dependencies, order, { update, updateId, argument, deadline });
      return;
    } catch (error) {
      const refused = refusalOf(error, order.id);
      if (refused) throw refused;
      if (isClosed(error)) {
        const after = await findOrder(dependencies.db, order.id);
        if (after && isSettled(after.status)) return;
        // The order is open, so whatever was closed will not stay so: the next attempt starts the workflow anew.
      } else if (!isTransient(error)) throw error;
      if (isTimeout(error) || deadline - Date.now() < REPEAT_AFTER_MS) throw workflowUnavailable(error);
      await sleep(REPEAT_AFTER_MS);
    }
  }
}

async function executeUpdate(
  { db, temporal, taskQueue, settings }: CommandDependencies,
  order: Order,
  command: { update: string; updateId: string; argument: object; deadline: number },
): Promise<void> {
  const { update, updateId, argument, deadline } = command;
  // Whoever starts the workflow of an order that is being cancelled goes on with that.
  const ending = (await findBegunEndings(db, [order.id])).get(order.id);
  const startWorkflowOperation = new WithStartWorkflowOperation(CREATE_ORDER_WORKFLOW, {
    ...workflowOptions(inputOfOrder(order, settings, ending), taskQueue),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  const answer = temporal.withDeadline(deadline, () =>
    temporal.workflow.executeUpdateWithStart<Workflow, WorkflowView, [object]>(update, {
      startWorkflowOperation,
      updateId,
      args: [argument],
    }),
  );
  // While Temporal is away, its client goes on trying for a while after the deadline.
  await within(answer, { ms: deadline - Date.now(), failure: workflowUnavailable });
}

/** The refusal that a validator or handler of the workflow gave. */
function refusalOf(error: unknown, orderId: string): Failure | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type, message, details } = error.cause;
  const code = FAILURE_CODES.find((known): known is FailureCode => known === type);
  if (!code) return undefined;
  const [said] = (details ?? []) as [{ currentStatus?: OrderStatus | null; allowed?: OrderStatus[] | null }?];
  return new Failure(code, message || `Order ${orderId} does not take this command now.`, {
    ...(said?.currentStatus ? { currentStatus: said.currentStatus } : {}),
    ...(said?.allowed ? { allowed: said.allowed } : {}),
  });
}

function workflowUnavailable(cause?: unknown): Failure {
  const message =
    'The workflow of the order did not answer in time. The command may still be carried out; a repeat is safe.';
  return new Failure('UNAVAILABLE', message, { retryAfterSeconds: 2, cause });
}

/** The deadline has passed. gRPC codes: 1 CANCELLED, 4 DEADLINE_EXCEEDED. */
function isTimeout(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || hasGrpcCode(error, [1, 4]);
}

/** A repeat may succeed. gRPC codes: 8 RESOURCE_EXHAUSTED, 10 ABORTED, 13 INTERNAL, 14 UNAVAILABLE. */
function isTransient(error: unknown): boolean {
  return isTimeout(error) || hasGrpcCode(error, [8, 10, 13, 14]);
}

function isClosed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'WorkflowExecutionAlreadyStartedError' || error.name === 'WorkflowNotFoundError') return true;
  if (error instanceof WorkflowUpdateFailedError)
    return error.cause instanceof ApplicationFailure && error.cause.type === 'AcceptedUpdateCompletedWorkflow';
  // 5 NOT_FOUND, 6 ALREADY_EXISTS, 9 FAILED_PRECONDITION
  return hasGrpcCode(error, [5, 6, 9]);
}

function hasGrpcCode(error: unknown, codes: readonly number[]): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && codes.includes(cause.code);
}
