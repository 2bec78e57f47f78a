/** Reading what the rows of orders say of their payments, to be held against the provider's books. */
import type { OrderStatus } from '../domain/order-status.ts';
import type { PaymentStatus } from '../domain/payment-status.ts';
import type { Database } from './client.ts';

/** What an order whose payment is decided says of it. */
export interface PaymentEvidence {
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly paymentId: string;
  readonly paymentStatus: PaymentStatus;
  readonly amountMinor: number;
  readonly currency: string;
  /** Whether the log tells of a refund. */
  readonly isRefundLogged: boolean;
}

/** A page of orders by id that have a payment and left `PENDING`; of these ids alone where given. */
export function findPaymentEvidence(
  db: Database,
  { ids, after, limit }: { ids?: readonly string[] | undefined; after: string; limit: number },
): Promise<PaymentEvidence[]> {
  return db<PaymentEvidence[]>`
    select o.id as "orderId", o.status as "orderStatus", p.id as "paymentId", p.status as "paymentStatus",
      o.total_minor as "amountMinor", o.currency,
      o.status = 'CANCELLED' and exists (
        select from order_events e where e.order_id = o.id and e.type = 'PaymentRefunded') as "isRefundLogged"
    from orders o join payments p on p.order_id = o.id
    where o.status <> 'PENDING' and o.id > ${after}
      ${ids ? db`and o.id = any(${[...ids]}::text[])` : db``}
    order by o.id limit ${limit}`;
}
