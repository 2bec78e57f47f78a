/**
 * The one place where failures become answers: RFC 9457 problems on REST, status with google.rpc details on gRPC.
 */
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { isConnectionError } from '../db/client.ts';
import { Failure, type FailureCode } from '../domain/failures.ts';
import type { Violation } from '../domain/rules.ts';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo, Status } from '../proto/gen/google/rpc/errors.ts';

/** Refusals that only HTTP knows. */
export const HTTP_CODES = [
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'URI_TOO_LONG',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
] as const;
type HttpCode = (typeof HTTP_CODES)[number];
export type ProblemCode = FailureCode | HttpCode;

/** An RFC 9457 problem; `retry_after` in seconds. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly violations?: readonly Violation[] | undefined;
  readonly current_status?: string | undefined;
  readonly allowed?: readonly string[] | undefined;
  readonly retry_after?: number | undefined;
}

const HTTP: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  INVALID_REQUEST: { status: 400, title: 'The request breaks a rule' },
  UNAUTHENTICATED: { status: 401, title: 'Credentials are needed' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long' },
  FORBIDDEN_TRANSITION: { status: 409, title: 'The order cannot go there' },
  ORDER_ID_TAKEN: { status: 409, title: 'The order id is taken' },
  DEAD_LETTER_STATE: { status: 409, title: 'The dead letter does not allow it' },
  PRODUCT_CHANGED: { status: 409, title: 'The product has changed meanwhile' },
  REBUILD_UNDER_WAY: { status: 409, title: 'A rebuild is running' },
  WEBHOOK_DISABLED: { status: 409, title: 'The webhook is disabled' },
  TOO_MANY_WEBHOOKS: { status: 409, title: 'There are too many webhooks' },
  KAFKA_NOT_CONFIGURED: { status: 409, title: 'Kafka is not configured' },
  TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used for another request' },
  WEBHOOK_URL_FORBIDDEN: { status: 422, title: 'A webhook may not go there' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL: { status: 500, title: 'Something went wrong' },
  UNAVAILABLE: { status: 503, title: 'Not available now' },
  DEADLINE_EXCEEDED: { status: 504, title: 'The deadline passed' },
};

const GRPC: Readonly<Record<FailureCode, status>> = {
  INVALID_REQUEST: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  FORBIDDEN: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  FORBIDDEN_TRANSITION: status.FAILED_PRECONDITION,
  ORDER_ID_TAKEN: status.ALREADY_EXISTS,
  DEAD_LETTER_STATE: status.FAILED_PRECONDITION,
  RATE_LIMITED: status.RESOURCE_EXHAUSTED,
  PRODUCT_CHANGED: status.ABORTED,
  REBUILD_UNDER_WAY: status.ABORTED,
  WEBHOOK_DISABLED: status.FAILED_PRECONDITION,
  TOO_MANY_WEBHOOKS: status.FAILED_PRECONDITION,
  KAFKA_NOT_CONFIGURED: status.FAILED_PRECONDITION,
  WEBHOOK_URL_FORBIDDEN: status.INVALID_ARGUMENT,
  IDEMPOTENCY_KEY_REUSED: status.ALREADY_EXISTS,
  UNAVAILABLE: status.UNAVAILABLE,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  TOO_LARGE: status.RESOURCE_EXHAUSTED,
  INTERNAL: status.INTERNAL,
};

/** Most violations that an answer names. gRPC sends them in a header, of which clients take 8 KB. */
const MOST_VIOLATIONS = { http: 100, grpc: 20, detail: 5 };
const DOMAIN = 'steadfast';

/** What an error means to the caller. What nobody foresaw is `INTERNAL` and says nothing of the inside. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isConnectionError(error) || isPassing(error))
    return new Failure('UNAVAILABLE', 'The database is not available now.', { retryAfterSeconds: 1, cause: error });
  return new Failure('INTERNAL', 'Something went wrong; the log of the server says what.', { cause: error });
}

/** The problem that REST answers for a failure. */
export function toProblem(failure: Failure): Problem {
  return {
    ...problem(failure.code, summarise(failure)),
    violations: failure.violations.length > 0 ? failure.violations.slice(0, MOST_VIOLATIONS.http) : undefined,
    current_status: failure.currentStatus,
    allowed: failure.allowed,
    retry_after: failure.retryAfterSeconds,
  };
}

/** A problem of HTTP itself. */
export function problem(code: ProblemCode, detail: string): Problem {
  const slug = code.toLowerCase().replaceAll('_', '-');
  return { type: `urn:steadfast:problem:${slug}`, ...HTTP[code], detail, code };
}

/** The status that gRPC answers for a failure, with its details in `grpc-status-details-bin`. */
export function toGrpcStatus(failure: Failure): Partial<StatusObject> {
  const code = GRPC[failure.code];
  const message = summarise(failure);
  const metadata = new Metadata();
  const encoded = Status.encode(Status.fromPartial({ code, message, details: grpcDetails(failure) })).finish();
  metadata.set('grpc-status-details-bin', Buffer.from(encoded));
  return { code, details: message, metadata };
}

function grpcDetails(failure: Failure) {
  const { code, message, violations, currentStatus, allowed, retryAfterSeconds, resumeAfterVersion } = failure;
  const about = {
    ...(currentStatus === undefined ? {} : { current_status: currentStatus }),
    ...(allowed === undefined ? {} : { allowed: allowed.join(',') }),
    ...(resumeAfterVersion === undefined ? {} : { after_version: String(resumeAfterVersion) }),
  };
  const details = [any('ErrorInfo', ErrorInfo, { reason: code, domain: DOMAIN, metadata: about })];
  if (violations.length > 0)
    details.push(
      any('BadRequest', BadRequest, { field_violations: violations.slice(0, MOST_VIOLATIONS.grpc).map(tell) }),
    );
  if (code === 'FORBIDDEN_TRANSITION')
    details.push(
      any('PreconditionFailure', PreconditionFailure, {
        violations: [{ type: code, subject: 'order', description: message }],
      }),
    );
  if (retryAfterSeconds !== undefined)
    details.push(any('RetryInfo', RetryInfo, { retry_delay: { seconds: BigInt(retryAfterSeconds), nanos: 0 } }));
  return details;
}

function tell({ field, value, rule, message }: Violation) {
  return { field, description: `${message}, not ${JSON.stringify(value)} (rule ${rule})` };
}

function any<Given, Message>(
  name: string,
  codec: { fromPartial(given: Given): Message; encode(message: Message): { finish(): Uint8Array } },
  given: Given,
) {
  const value = Buffer.from(codec.encode(codec.fromPartial(given)).finish());
  return { type_url: `type.googleapis.com/google.rpc.${name}`, value };
}

function summarise({ message, violations }: Failure): string {
  if (violations.length <= MOST_VIOLATIONS.detail) return message;
  const first = violations.slice(0, MOST_VIOLATIONS.detail).map((violation) => violation.message);
  return `${first.join('; ')}; and ${violations.length - first.length} more`;
}

/** Whether a statement of PostgreSQL failed for a passing reason: cancelled by its timeout, a deadlock, a conflict. */
function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '57014' || code === '40P01' || code === '40001';
}
