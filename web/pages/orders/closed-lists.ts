/** The closed lists that orders can be filtered and sorted by; the compiler holds them to those of the API. */
import type { Schema } from '../../api/client.ts';
import type { paths } from '../../api/openapi.d.ts';

type Order = Schema<'Order'>;
type Sort = NonNullable<NonNullable<paths['/api/orders']['get']['parameters']['query']>['sort']>;

/** Every status, in the order of a life. */
export const ORDER_STATUSES = wordsOf<Order['status']>({
  PENDING: true,
  PROCESSING: true,
  SHIPPED: true,
  DELIVERED: true,
  CANCELLED: true,
});

/** Every approval. */
export const APPROVALS = wordsOf<Order['approval']>({
  AWAITING_APPROVAL: true,
  APPROVED: true,
  DENIED: true,
  NOT_REQUIRED: true,
});

/** Every reason for which an order is cancelled. */
export const FAILURE_REASONS = wordsOf<NonNullable<Order['failure_reason']>>({
  OUT_OF_STOCK: true,
  PAYMENT_DECLINED: true,
  PAYMENT_UNAVAILABLE: true,
  SHIPMENT_UNAVAILABLE: true,
  APPROVAL_DENIED: true,
  APPROVAL_TIMED_OUT: true,
  CANCELLED_ON_REQUEST: true,
});

/** Everything that orders can be sorted by. */
export const SORTS = wordsOf<Sort>({
  '-created_at': true,
  created_at: true,
  '-updated_at': true,
  updated_at: true,
  '-total': true,
  total: true,
});

/** Takes every word exactly once, or it does not compile. */
function wordsOf<Word extends string>(words: Record<Word, true>): readonly Word[] {
  return Object.keys(words) as Word[];
}
