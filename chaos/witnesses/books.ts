/** The books of the system, read by statements of the judge's own. */
import postgres from 'postgres';

/** An order as its row has it, with what its lines add up to. */
export interface OrderBook {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly approval: string;
  readonly failureReason: string | null;
  readonly totalMinor: number;
  readonly version: number;
  readonly paymentStatus: string | null;
  readonly lines: readonly { readonly product_id: string; readonly quantity: number }[];
}

/** An event of the log. */
export interface EventBook {
  readonly eventId: string;
  readonly orderId: string;
  readonly version: number;
  readonly type: string;
}

/** An entry of the payment provider's own ledger. */
export interface LedgerEntry {
  readonly key: string;
  readonly orderId: string;
  readonly kind: string;
  readonly outcome: string;
  readonly amountMinor: number;
}

/** A booking in the carrier's own books. */
export interface Booking {
  readonly orderId: string;
  readonly outcome: string;
}

/** The stock of a product. */
export interface StockBook {
  readonly productId: string;
  readonly available: number;
  readonly reserved: number;
}

/** What the statistics have counted. */
export interface StatisticsBook {
  readonly byStatus: Readonly<Record<string, number>>;
  /** Ordered pieces by product. */
  readonly byProduct: Readonly<Record<string, number>>;
}

/** Everything that is in the books. */
export interface Books {
  readonly orders: readonly OrderBook[];
  readonly events: readonly EventBook[];
  readonly ledger: readonly LedgerEntry[];
  readonly bookings: readonly Booking[];
  readonly stock: readonly StockBook[];
  readonly statistics: StatisticsBook;
  readonly deadLetters: number;
}

/** Looks into a database. */
export interface Bookkeeper {
  readStock(): Promise<StockBook[]>;
  /** The ids of orders that are neither delivered nor cancelled. */
  findOpen(): Promise<string[]>;
  /** Consumers of the log that have not dealt with all of it, and deliveries of webhooks that wait. */
  findBehind(): Promise<string[]>;
  countEvents(): Promise<number>;
  readAll(): Promise<Books>;
  close(): Promise<void>;
}

/** Opens the database at a URL. */
export function openBooks(url: string): Bookkeeper {
  const sql = postgres(url, { max: 2, connect_timeout: 5, onnotice: () => undefined });
  const readStock = () => sql<StockBook[]>`
    select id as "productId", available, reserved from products order by id`;
  return {
    readStock,
    findOpen: async () => {
      const open = await sql<{ id: string }[]>`
        select id from orders where status <> 'DELIVERED' and status <> 'CANCELLED' order by created_at`;
      return open.map(({ id }) => id);
    },
    findBehind: async () => {
      const behind = await sql<{ what: string }[]>`
        select name || ' at ' || cursor_tx || '/' || cursor_position as what from consumers c
        where exists (
          select from order_events e
          where (e.tx, e.position) > (c.cursor_tx, c.cursor_position) and e.type = any(c.types))
        union all
        select 'webhooks: ' || count(*) || ' wait' from webhook_deliveries where status = 'PENDING' having count(*) > 0`;
      return behind.map(({ what }) => what);
    },
    countEvents: async () => {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from order_events`;
      return row?.count ?? 0;
    },
    readAll: async () => {
      const [orders, events, ledger, bookings, stock, statuses, products, [parked]] = await Promise.all([
        sql<OrderBook[]>`
          select o.id, o.customer_id as "customerId", o.status, o.approval, o.failure_reason as "failureReason",
            o.total_minor as "totalMinor", o.version, p.status as "paymentStatus",
            (select json_agg(json_build_object('product_id', i.product_id, 'quantity', i.quantity) order by i.line)
              from order_items i where i.order_id = o.id) as lines
          from orders o left join payments p on p.order_id = o.id`,
        sql<EventBook[]>`select event_id as "eventId", order_id as "orderId", version, type from order_events`,
        sql<LedgerEntry[]>`
          select key, order_id as "orderId", kind, outcome, amount_minor as "amountMinor" from simulator.payment_ledger`,
        sql<Booking[]>`select order_id as "orderId", outcome from simulator.carrier_bookings`,
        readStock(),
        sql<{ name: string; count: number }[]>`
          select status as name, sum(orders)::int as count from status_stats
          where generation = (select generation from consumers where name = 'projections') group by status`,
        sql<{ name: string; count: number }[]>`
          select product_id as name, sum(ordered_quantity)::int as count from product_stats
          where generation = (select generation from consumers where name = 'projections') group by product_id`,
        sql<{ count: number }[]>`select count(*)::int as count from dead_letters where status in ('PENDING', 'FAILED')`,
      ]);
      const byName = (rows: readonly { name: string; count: number }[]) =>
        Object.fromEntries(rows.map(({ name, count }) => [name, count]));
      const statistics = { byStatus: byName(statuses), byProduct: byName(products) };
      return { orders, events, ledger, bookings, stock, statistics, deadLetters: parked?.count ?? 0 };
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
