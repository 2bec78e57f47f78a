/** What the workflow knows of its order, and how that is shown in the Temporal Web UI. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ChangeResult } from '../db/change.ts';
import { type Approval, needsApproval } from '../domain/approval.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import type { CarrierNews, CreateOrderInput, Ending, WorkflowView } from '../domain/lifecycle.ts';
import { formatMoney } from '../domain/money.ts';
import type { OrderStatus } from '../domain/order-status.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);

/** How to undo a step; registered before the step, idempotent, and without effect where the step did nothing. */
export interface Compensation {
  /** What it does, in a few words. */
  readonly name: string;
  undo(): Promise<void>;
}

/** The state of a running workflow. Messages write wishes into it, the stages act on them. */
export interface OrderState {
  readonly input: CreateOrderInput;
  status: OrderStatus;
  approval: Approval;
  failureReason: FailureReason | null;
  /** What the workflow is doing, in a few words. */
  stage: string;
  /** Somebody wants the order cancelled, or its undoing had begun before this workflow. */
  cancellation?: Ending;
  /** Somebody wants the order in this status before its time, and why. */
  target?: { readonly status: OrderStatus; readonly reason: string | null };
  /** A person has decided. */
  decision?: { readonly approved: boolean; readonly reason: string | null };
  /** News of the carrier, in the order of arrival; `recorded` of them are done with. */
  readonly news: CarrierNews[];
  recorded: number;
  /**
   * An earlier workflow of this order, or an attempt whose answer was lost, may have charged or booked already: the stock
   * was reserved before this one asked for it. So even what this one has not begun must be undone.
   */
  mayHaveActed: boolean;
  /** How to undo what was done, the latest last. */
  readonly compensations: Compensation[];
}

/** The state at the start. */
export function openState(input: CreateOrderInput): OrderState {
  return {
    input,
    status: input.status,
    approval: needsApproval(input, input.settings.approvalLimit) ? 'AWAITING_APPROVAL' : 'NOT_REQUIRED',
    failureReason: null,
    stage: 'accepted',
    ...(input.ending && { cancellation: input.ending }),
    news: [],
    recorded: 0,
    mayHaveActed: false,
    compensations: [],
  };
}

/** Takes over how the order stands after a statement. */
export function take(state: OrderState, order: ChangeResult): void {
  const isNew = state.status !== order.status;
  state.status = order.status;
  state.approval = order.approval;
  state.failureReason = order.failureReason;
  if (isNew) upsertSearchAttributes([{ key: ORDER_STATUS, value: order.status }]);
}

/** Says what the workflow is doing now. */
export function enterStage(state: OrderState, stage: string): void {
  const { orderId, customerId, totalMinor, currency } = state.input;
  state.stage = stage;
  const total = formatMoney(totalMinor, currency);
  setCurrentDetails(`Order \`${orderId}\` of \`${customerId}\`, ${total}: **${state.status}**, ${stage}`);
}

/** What the workflow says of itself. */
export function viewState({ input, status, stage, failureReason }: OrderState): WorkflowView {
  return { orderId: input.orderId, status, stage, failureReason };
}
