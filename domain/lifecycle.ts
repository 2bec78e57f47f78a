/** The contract of the `CreateOrder` workflow: its names, its input and its messages. No SDK. */
import type { FailureReason } from './failure-reason.ts';
import type { OrderStatus } from './order-status.ts';
import type { PaymentMethod } from './payment-status.ts';
import type { ShipmentStatus } from './shipment-status.ts';

/** The name of the workflow that carries an order through its life. */
export const CREATE_ORDER_WORKFLOW = 'CreateOrder';

/** Search attributes of the workflow (Keyword), for filtering in the Temporal Web UI. */
export const SEARCH_ATTRIBUTES = ['OrderStatus', 'CustomerId'] as const;

/** The names of updates; those of commands are accepted as signals too. */
export const MESSAGES = {
  cancelOrder: 'cancelOrder',
  updateOrderStatus: 'updateOrderStatus',
  approveOrder: 'approveOrder',
  denyOrder: 'denyOrder',
  recordCarrierNews: 'recordCarrierNews',
  getOrder: 'getOrder',
} as const;

/** The workflow id of an order. */
export function workflowId(orderId: string): string {
  return `order-${orderId}`;
}

/** How long an order waits at each stage and when a person must approve; durations in milliseconds. */
export interface LifecycleSettings {
  readonly paymentDelayMs: number;
  readonly preparationDelayMs: number;
  readonly deliveryDelayMs: number;
  /** Totals above this (major units) wait for approval. */
  readonly approvalLimit: number;
  readonly approvalTimeoutMs: number;
}

/** Why an order ends before its delivery. */
export interface Ending {
  readonly failureReason: FailureReason;
  readonly details: string | null;
}

/** What the workflow is started with: ids, amounts and settings, no bodies. */
export interface CreateOrderInput {
  readonly orderId: string;
  readonly customerId: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly paymentMethod: PaymentMethod;
  /** Where the order stands at the start: further than `PENDING` where an earlier workflow was terminated. */
  readonly status: OrderStatus;
  readonly settings: LifecycleSettings;
  /** Why it is being cancelled, where an earlier workflow had begun to undo it. */
  readonly ending?: Ending | undefined;
}

/** How the life of an order ended. */
export interface CreateOrderOutcome {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly failureReason: FailureReason | null;
}

/** A command with its reason in the words of whoever gave it. */
export interface Reason {
  readonly reason?: string | null;
}

/** A wish to move an order. `status` may be one of the former names, in any letter case, when it comes as a signal. */
export interface StatusWish extends Reason {
  readonly status: string;
}

/** News of the carrier about the shipment of an order. */
export interface CarrierNews {
  /** Tells repeated news apart. */
  readonly newsId: string;
  readonly location: string | null;
  readonly status: ShipmentStatus | null;
  /** ISO 8601. */
  readonly estimatedDelivery: string | null;
  /** When the carrier saw it, ISO 8601. */
  readonly occurredAt: string;
}

/** What a running workflow says of itself. */
export interface WorkflowView {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** Such as "waiting for payment". */
  readonly stage: string;
  readonly failureReason: FailureReason | null;
}
