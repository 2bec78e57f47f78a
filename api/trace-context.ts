/** The W3C trace context that an order is followed by, https://www.w3.org/TR/trace-context/#traceparent-header */
import { randomBytes } from 'node:crypto';

/** A trace of its own for an order whose request came without one; not sampled, because nobody asked for it. */
export function beginTrace(): string {
  return `00-${identifier(16)}-${identifier(8)}-00`;
}

/** Random hexadecimal digits; all zeros would mean that there is none. */
function identifier(bytes: number): string {
  const id = randomBytes(bytes).toString('hex');
  return /[1-9a-f]/.test(id) ? id : identifier(bytes);
}
