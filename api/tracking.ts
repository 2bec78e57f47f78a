/** The use cases of the tracking page: what a customer may know who holds the link of an order. */
import type { Database } from '../db/client.ts';
import { findEvents } from '../db/order-reads.ts';
import { findProductNames } from '../db/products.ts';
import type { OrderEvent } from '../domain/events.ts';
import type { Order } from '../domain/order.ts';
import type { TrackingLinks } from '../events/tracking-links.ts';
import type { TokenCheck } from '../events/tracking-token.ts';

/** An order as the page needs it: all of its events, oldest first, and the names of its products by id. */
export interface TrackedOrder {
  readonly events: readonly OrderEvent[];
  readonly productNames: ReadonlyMap<string, string>;
}

export type Tracking = ReturnType<typeof createTracking>;

/** Makes the use cases. Without links no order has one and no token is valid. */
export function createTracking({ db, links }: { db: Database; links: TrackingLinks | undefined }) {
  return {
    /** The link of an order; undefined where none are made. */
    urlOf: (order: Order): string | undefined => links?.urlOf(order),

    /** What a token is worth for the order of that id, whether there is one or not. */
    check: (orderId: string, token: string): TokenCheck => links?.check(orderId, token) ?? { state: 'invalid' },

    /** The order as it stands, for whoever holds a valid token; undefined where there is none. */
    read: async (orderId: string): Promise<TrackedOrder | undefined> => {
      const events = await findEvents(db, orderId);
      const [created] = events;
      if (created?.type !== 'OrderCreated') return undefined;
      const productIds = created.data.items.map(({ product_id }) => product_id);
      return { events, productNames: await findProductNames(db, productIds) };
    },
  };
}
