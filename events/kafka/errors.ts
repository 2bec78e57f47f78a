/** Errors of the Kafka client: whose fault they are, and in which words to tell them. */

/** What any error of the client may carry. */
interface ClientError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  /** The error of the protocol, such as `MESSAGE_TOO_LARGE`. */
  readonly apiId?: unknown;
  readonly errors?: unknown;
  readonly cause?: unknown;
}

/** Answers of a broker that say nothing against the record: another time, or with a fresh client, it is taken. */
const PASSING_ANSWERS = new Set([
  'BROKER_NOT_AVAILABLE',
  'CLUSTER_AUTHORIZATION_FAILED',
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'DUPLICATE_SEQUENCE_NUMBER',
  'ELIGIBLE_LEADERS_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'LISTENER_NOT_FOUND',
  'NETWORK_EXCEPTION',
  'NOT_CONTROLLER',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'PREFERRED_LEADER_NOT_AVAILABLE',
  'PRODUCER_FENCED',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'STALE_BROKER_EPOCH',
  'THROTTLING_QUOTA_EXCEEDED',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
  'UNKNOWN_TOPIC_ID',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** Errors of the client itself that have to do with the connection and not with what is sent over it. */
const CONNECTION_CODES = new Set([
  'PLT_KFK_AUTHENTICATION',
  'PLT_KFK_NETWORK',
  'PLT_KFK_TIMEOUT',
  'PLT_KFK_UNEXPECTED_CORRELATION_ID',
  'PLT_KFK_UNSUPPORTED_API',
]);

/** A topic that is not there yet, or that somebody has removed; the client says it in words only. */
const CLIENT_WORDS = /^(Unknown topic |Client closed |Broker requires TLS|TLS handshake failed)/;

const MOST_WORDS = 500;

/**
 * Whether Kafka is away, busy or not ready, so that the same records may be taken later. Everything else, such as a record
 * that is too large, is the fault of what was sent. Where several things went wrong, one outage among them decides.
 */
export function isOutage(error: unknown): boolean {
  return leavesOf(error).some(
    ({ name, message, code, apiId }) =>
      (typeof apiId === 'string' && PASSING_ANSWERS.has(apiId)) ||
      (typeof code === 'string' && (CONNECTION_CODES.has(code) || /^E[A-Z_]+$/.test(code))) ||
      name === 'AbortError' ||
      name === 'TimeoutError' ||
      (typeof message === 'string' && CLIENT_WORDS.test(message)),
  );
}

/** What went wrong in one line: the innermost errors, each once. */
export function describeKafkaError(error: unknown): string {
  const words = leavesOf(error)
    .filter(({ errors, cause }) => isEmpty(errors) && cause === undefined)
    .map(({ message, apiId, code }) => {
      const text = typeof message === 'string' && message !== '' ? message : `error ${String(code)}`;
      return typeof apiId === 'string' ? `${apiId}: ${text}` : text;
    });
  const line = [...new Set(words)].join('; ');
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line;
}

/** The error with everything that it holds and was caused by. */
function leavesOf(error: unknown): ClientError[] {
  if (typeof error !== 'object' || error === null) return [{ message: String(error) }];
  const { errors, cause }: ClientError = error;
  const inner: readonly unknown[] = Array.isArray(errors) ? errors : [];
  return [error, ...[...inner, ...(cause === undefined ? [] : [cause])].flatMap(leavesOf)];
}

function isEmpty(errors: unknown): boolean {
  return !Array.isArray(errors) || errors.length === 0;
}
