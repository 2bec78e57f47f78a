/** Holding the rows of orders against the fold of their events. */
import { type Difference, differences } from '../domain/difference.ts';
import type { OrderEvent } from '../domain/events.ts';
import { foldOrder } from '../domain/fold.ts';
import { shipmentId } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import type { Database } from './client.ts';

/** The rows that stand for an order, by table and column; what events do not tell, such as last errors, is left out. */
export interface OrderRows {
  readonly orders: Readonly<Record<string, string | number | null>>;
  readonly order_items: readonly Readonly<Record<string, string | number>>[];
  readonly payments: Readonly<Record<string, string | number | null>> | undefined;
  readonly shipments: Readonly<Record<string, string | number | null>> | undefined;
}

/** An order as its rows and its log tell it, read at one moment. */
export interface OrderEvidence {
  readonly orderId: string;
  /** Undefined where there is no row in `orders`. */
  readonly rows: OrderRows | undefined;
  readonly events: readonly OrderEvent[];
}

/** What verifying an order finds. `before` is the row's, `after` the log's; none where the two agree. */
export interface OrderFinding {
  readonly orderId: string;
  readonly differences: readonly Difference[];
  /** What is wrong in a way that no repair mends: a row without events, events without a row, a broken log. */
  readonly fault: string | undefined;
}

/** Reads orders by id, after the last one of the page before or one alone: each with its rows and its events. */
export async function readEvidence(
  db: Database,
  { orderId, after, limit }: { orderId?: string | undefined; after: string; limit: number },
): Promise<OrderEvidence[]> {
  // Ids of the log, too: events without a row would not be seen otherwise.
  const ids =
    orderId === undefined
      ? db`
        (select id from orders where id > ${after} order by id limit ${limit})
        union (select distinct order_id from order_events where order_id > ${after} order by order_id limit ${limit})
        order by 1 limit ${limit}`
      : db`select id from orders where id = ${orderId} union select order_id from order_events where order_id = ${orderId}`;
  const rows = await db<EvidenceRow[]>`
    with page as materialized (${ids})
    select page.id as "orderId", to_jsonb(o) as orders, to_jsonb(p) as payments, to_jsonb(s) as shipments,
      coalesce((select jsonb_agg(to_jsonb(i) order by i.line) from order_items i where i.order_id = page.id), '[]') as items,
      coalesce((select jsonb_agg(jsonb_build_object('eventId', e.event_id, 'orderId', e.order_id, 'version', e.version,
        'type', e.type, 'data', e.data, 'occurredAt', e.occurred_at) order by e.version)
        from order_events e where e.order_id = page.id), '[]') as events
    from page
      left join orders o on o.id = page.id
      left join payments p on p.order_id = page.id
      left join shipments s on s.order_id = page.id
    order by page.id`;
  return rows.map(toEvidence);
}

/** Compares the rows of an order with the fold of its events. */
export function examine({ orderId, rows, events }: OrderEvidence): OrderFinding {
  const finding = (fault?: string, found: Difference[] = []) => ({ orderId, fault, differences: found });
  if (!rows) return finding(`order ${orderId} has ${events.length} events but no row`);
  if (events.length === 0) return finding(`order ${orderId} has a row but no events`);
  try {
    return finding(undefined, differences(rows, rowsOf(events)));
  } catch (error) {
    return finding(`the log is broken: ${(error as Error).message}`);
  }
}

/** The rows that these events, oldest first, make; throws where the log is broken. */
export function rowsOf(events: readonly OrderEvent[]): OrderRows {
  const order = foldOrder(events);
  if (!order) throw new Error('there are no events');
  return {
    orders: {
      customer_id: order.customerId,
      status: order.status,
      total_minor: order.totalMinor,
      currency: order.currency,
      payment_method: order.paymentMethod,
      approval: order.approval,
      payment_id: order.payment?.id ?? null,
      shipment_id: order.shipment?.id ?? null,
      failure_reason: order.failureReason,
      status_details: order.statusDetails,
      status_since: order.statusSince,
      version: order.version,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    },
    order_items: order.lines.map((line, place) => ({
      line: place + 1,
      product_id: line.productId,
      quantity: line.quantity,
      unit_price_minor: line.unitPriceMinor,
      currency: order.currency,
    })),
    payments: order.payment
      ? {
          id: order.payment.id,
          status: order.payment.status,
          amount_minor: order.payment.amountMinor,
          currency: order.currency,
          payment_method: order.payment.method,
        }
      : undefined,
    shipments: shipmentRow(order, events),
  };
}

/** The intent to ship stands from the payment on, the booking from the carrier's answer on. */
function shipmentRow({ id, shipment }: Order, events: readonly OrderEvent[]): OrderRows['shipments'] {
  if (shipment)
    return {
      id: shipment.id,
      status: shipment.status,
      tracking_number: shipment.trackingNumber,
      carrier: shipment.carrier,
      current_location: shipment.currentLocation,
      estimated_delivery: toInstant(shipment.estimatedDelivery),
    };
  if (!events.some(({ type }) => type === 'PaymentAuthorized')) return undefined;
  const unknown = { tracking_number: null, carrier: null, current_location: null, estimated_delivery: null };
  return { id: shipmentId(id), status: 'SHIPMENT_CREATED', ...unknown };
}

type JsonRow = Readonly<Record<string, string | number | null>>;

interface EvidenceRow {
  readonly orderId: string;
  readonly orders: JsonRow | null;
  readonly payments: JsonRow | null;
  readonly shipments: JsonRow | null;
  readonly items: readonly JsonRow[];
  readonly events: readonly OrderEvent[];
}

const COLUMNS = {
  orders: [
    'customer_id',
    'status',
    'total_minor',
    'currency',
    'payment_method',
    'approval',
    'payment_id',
    'shipment_id',
    'failure_reason',
    'status_details',
    'status_since',
    'version',
    'created_at',
    'updated_at',
  ],
  order_items: ['line', 'product_id', 'quantity', 'unit_price_minor', 'currency'],
  payments: ['id', 'status', 'amount_minor', 'currency', 'payment_method'],
  shipments: ['id', 'status', 'tracking_number', 'carrier', 'current_location', 'estimated_delivery'],
} as const satisfies Record<keyof OrderRows, readonly string[]>;

const MOMENTS: readonly string[] = ['status_since', 'created_at', 'updated_at', 'estimated_delivery'];

function toEvidence({ orderId, orders, payments, shipments, items, events }: EvidenceRow): OrderEvidence {
  const rows = orders && {
    orders: pick(orders, COLUMNS.orders),
    order_items: items.map((item) => pick(item, COLUMNS.order_items)) as OrderRows['order_items'],
    payments: payments ? pick(payments, COLUMNS.payments) : undefined,
    shipments: shipments ? pick(shipments, COLUMNS.shipments) : undefined,
  };
  const dated = events.map((event) => ({ ...event, occurredAt: new Date(event.occurredAt).toISOString() }));
  return { orderId, rows: rows ?? undefined, events: dated };
}

function pick(row: JsonRow, columns: readonly string[]): JsonRow {
  const valueOf = (column: string) => {
    const value = row[column] ?? null;
    return MOMENTS.includes(column) && typeof value === 'string' ? toInstant(value) : value;
  };
  return Object.fromEntries(columns.map((column) => [column, valueOf(column)]));
}

/** A moment in the one form in which two of them can be compared. */
function toInstant(moment: string | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}
