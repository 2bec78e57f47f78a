/** What a call can be refused with: a closed list, made once here, turned into REST and gRPC answers in `api/`. */
import type { OrderStatus } from './order-status.ts';
import { isSettled, ORDER_STATUS_WORDS, TRANSITIONS } from './order-status.ts';
import type { Violation } from './rules.ts';

/** The codes of refusals. */
export const FAILURE_CODES = [
  /** The request breaks at least one rule; `violations` names each. */
  'INVALID_REQUEST',
  /** Nobody knows who calls: no credentials, or none that are valid. */
  'UNAUTHENTICATED',
  /** The caller may not do this; where a field of the request is why, `violations` names it. */
  'FORBIDDEN',
  /** What was asked for does not exist. */
  'NOT_FOUND',
  /** The order may not go from its status to the one asked for; `allowed` names where it may go. */
  'FORBIDDEN_TRANSITION',
  /** The order id belongs to an order that was asked for in other words. */
  'ORDER_ID_TAKEN',
  /** The dead letter does not allow it as it stands: it was replayed, was skipped, has not failed, or waits behind another. */
  'DEAD_LETTER_STATE',
  /** The product, or its stock, is no longer as the caller took it to be; `message` says how it is. */
  'PRODUCT_CHANGED',
  /** A rebuild of the statistics is running already. */
  'REBUILD_UNDER_WAY',
  /** The webhook may not go to this URL; `violations` says why. */
  'WEBHOOK_URL_FORBIDDEN',
  /** The webhook is disabled and gets nothing until it is enabled. */
  'WEBHOOK_DISABLED',
  /** There are as many webhooks as there may be. */
  'TOO_MANY_WEBHOOKS',
  /** Nothing can be published, because the server was not told where Kafka is; a repeat does not help. */
  'KAFKA_NOT_CONFIGURED',
  /** The idempotency key was used for another request. */
  'IDEMPOTENCY_KEY_REUSED',
  /** The caller asks too often; a repeat is taken after `retryAfterSeconds`. */
  'RATE_LIMITED',
  /** A server behind the API is away; a repeat may succeed after `retryAfterSeconds`. */
  'UNAVAILABLE',
  /** The deadline passed before the outcome was known; a repeat is safe. */
  'DEADLINE_EXCEEDED',
  /** The body is larger than the limit. */
  'TOO_LARGE',
  /** A bug. */
  'INTERNAL',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** A refusal, with everything that the caller may know. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly violations: readonly Violation[];
  readonly currentStatus: OrderStatus | undefined;
  readonly allowed: readonly OrderStatus[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The version of the order after which a stream that ended can be resumed. */
  readonly resumeAfterVersion: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    details: {
      violations?: readonly Violation[];
      currentStatus?: OrderStatus;
      allowed?: readonly OrderStatus[];
      retryAfterSeconds?: number;
      resumeAfterVersion?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.violations = details.violations ?? [];
    this.currentStatus = details.currentStatus;
    this.allowed = details.allowed;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.resumeAfterVersion = details.resumeAfterVersion;
  }
}

/** The request breaks rules. */
export function invalidRequest(violations: readonly Violation[]): Failure {
  return new Failure('INVALID_REQUEST', violations.map(({ message }) => message).join('; '), { violations });
}

/** There is no such order. */
export function orderNotFound(orderId: string): Failure {
  return new Failure('NOT_FOUND', `There is no order ${orderId}.`);
}

/** The order may not go there. */
export function forbiddenTransition(orderId: string, from: OrderStatus, to: OrderStatus): Failure {
  const allowed = TRANSITIONS[from];
  const rest = isSettled(from) ? `${from} is final.` : `From ${from} it may go to ${allowed.join(' or ')}.`;
  return new Failure('FORBIDDEN_TRANSITION', `Order ${orderId} is ${from} and cannot become ${to}. ${rest}`, {
    currentStatus: from,
    allowed,
  });
}

/** The order waits for nobody's approval. */
export function notAwaitingApproval(orderId: string, status: OrderStatus): Failure {
  return new Failure('FORBIDDEN_TRANSITION', `Order ${orderId} does not wait for approval; it is ${status}.`, {
    currentStatus: status,
    allowed: TRANSITIONS[status],
  });
}

/** News of the carrier is of no use: the order is not on its way. */
export function newsNotAwaited(orderId: string, status: OrderStatus): Failure {
  const message = `Order ${orderId} is ${status}; news of the carrier is taken while it is SHIPPED.`;
  return new Failure('FORBIDDEN_TRANSITION', message, { currentStatus: status, allowed: TRANSITIONS[status] });
}

/** Publishing needs a setting of the server. */
export function kafkaNotConfigured(): Failure {
  return new Failure('KAFKA_NOT_CONFIGURED', 'Kafka is not configured; set KAFKA_BROKERS.');
}

/** The word is not a status. */
export function unknownStatus(word: unknown): Failure {
  const message = `status must be one of ${ORDER_STATUS_WORDS.join(', ')} in any letter case`;
  return invalidRequest([{ field: 'status', value: word, rule: 'known_status', message }]);
}
