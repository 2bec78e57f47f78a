/** Keeping customers to their own orders. */
import type { Database } from '../db/client.ts';
import { isOrderOf } from '../db/order-reads.ts';
import { type Caller, demandOwnCustomer } from '../domain/access.ts';
import { orderNotFound } from '../domain/failures.ts';

/** Refuses a customer who asks for an order that is not theirs, in the words and by the look-up of one that does not exist. */
export type DemandOwnOrder = (caller: Caller, orderId: string) => Promise<void>;

/** Makes the use case. Callers with other roles are asked nothing. */
export function createDemandOwnOrder({ db }: { db: Database }): DemandOwnOrder {
  return async ({ customerId }, orderId) => {
    if (customerId === undefined || (await isOrderOf(db, orderId, customerId))) return;
    throw orderNotFound(orderId);
  };
}

/** What is asked for, of a customer's own orders only where a customer asks; refused where they name another customer. */
export function ownOnly<Filter extends { readonly customer_id?: string | undefined }>(
  caller: Caller,
  filter: Filter,
): Filter {
  demandOwnCustomer(caller, 'customer_id', filter.customer_id);
  return caller.customerId === undefined ? filter : { ...filter, customer_id: caller.customerId };
}
