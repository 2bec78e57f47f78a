/** The W3C trace context that an order is followed by, https://www.w3.org/TR/trace-context/#traceparent-header */
import { randomUUID } from 'node:crypto';

/** A trace of its own for an order whose request came without one; not sampled, because nobody asked for it. */
export function beginTrace(): string {
  return `00-${identifier()}-${identifier().slice(0, 16)}-00`;
}

/**
 * 32 random hexadecimal digits, never all zeros: the 13th of a UUID is always 4. Node draws randomness for many UUIDs at once,
 * where `randomBytes` asks the system each time.
 */
function identifier(): string {
  return randomUUID().replaceAll('-', '');
}
