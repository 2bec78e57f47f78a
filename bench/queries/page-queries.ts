/** What the pages of the dashboard and the callers of the API ask for. */

/** Things that are there to ask for; each name stands in braces in the paths. */
export interface Known {
  readonly order: string;
  /** What the ids of several orders begin with. */
  readonly orders: string;
  readonly customer: string;
  readonly product: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly deadLetter: string;
  /** A week within the time of the stored orders: ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** The same as days, `2026-11-21`. */
  readonly firstDay: string;
  readonly lastDay: string;
}

/** A path with what stands in braces filled in. */
export function fillIn(path: string, known: Known): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name as keyof Known]);
}

const sorts = (path: string, fields: readonly string[]) =>
  fields.flatMap((field) => [`${path}?sort=${field}`, `${path}?sort=-${field}`]);

/** Paths of GET requests by what they are about. */
export const PAGE_QUERIES: Readonly<Record<string, readonly string[]>> = {
  order: [
    '/api/orders/{order}',
    '/api/orders/{order}?progress=true',
    '/api/orders/{order}?at={to}',
    '/api/orders/{order}/history',
    '/api/orders/{order}/differences?from=1&to=3',
    '/api/order-status/{order}',
    '/orders/{order}',
  ],
  'list of orders': [
    ...sorts('/api/orders', ['created_at', 'updated_at', 'total']),
    '/api/orders?count=true',
    '/api/orders?page_size=500',
    ...['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED'].map((status) => `/api/orders?status=${status}`),
    '/api/orders?status=PENDING,PROCESSING,SHIPPED&sort=-updated_at',
    '/api/orders?status=DELIVERED&sort=-total&count=true',
    '/api/orders?customer_id={customer}',
    '/api/orders?customer_id={customer}&sort=-total&count=true',
    '/api/orders?customer_id={customer}&status=CANCELLED',
    '/api/orders?customer_id=nobody',
    '/api/orders?failure_reason=OUT_OF_STOCK&count=true',
    '/api/orders?failure_reason=PAYMENT_DECLINED&sort=-total',
    '/api/orders?approval=AWAITING_APPROVAL',
    '/api/orders?approval=APPROVED&sort=-total',
    '/api/orders?min_total=90&max_total=100&sort=total',
    '/api/orders?min_total=1000000',
    '/api/orders?created_from={from}&created_to={to}&count=true',
    '/api/orders?created_from={from}&created_to={to}&status=CANCELLED&sort=-total',
    '/api/orders?created_from={from}&created_to={to}&sort=updated_at',
    '/api/orders/by-status/PENDING',
    '/api/orders/by-status/DELIVERED',
    '/api/orders/by-status/CANCELLED',
    '/api/timeline?limit=100',
  ],
  search: [
    '/api/orders/search/{order}',
    '/api/orders/search/{orders}',
    '/api/orders/search/nothing',
    '/api/orders?search={orders}&count=true',
    '/api/orders?search={customer}&sort=-total',
    '/api/orders?search=nothing',
  ],
  'order status view': [
    '/api/order-status/summary',
    '/api/order-status',
    '/api/order-status?status=COMPLETED',
    '/api/order-status?status=PAYMENT_FAILED',
    '/api/order-status?customer_id={customer}',
  ],
  statistics: [
    '/api/stats',
    '/api/stats?days=365',
    '/api/stats/daily',
    '/api/stats/daily?from={firstDay}&to={lastDay}',
    '/api/validation/stats',
  ],
  customers: [
    ...sorts('/api/customers', ['spent', 'orders', 'last_order_at', 'customer_id']),
    '/api/customers?search=customer-1',
    '/api/customers?min_orders=5&sort=-spent',
    '/api/customers?last_order_from={from}&last_order_to={to}',
    '/api/customers/top?by=spent&limit=100',
    '/api/customers/top?by=orders&limit=100',
    '/api/customers/search?q=customer-1',
    '/api/customers/{customer}',
    '/api/customers/{customer}/activity',
  ],
  products: [
    ...sorts('/api/products', ['id', 'name', 'price', 'available', 'reserved', 'quantity', 'revenue', 'orders']),
    '/api/products?search=stored',
    '/api/products?max_available=100',
    '/api/products/top?by=revenue',
    '/api/products/top?by=quantity',
    '/api/products/top?by=orders',
    '/api/products/search?q=stored',
    '/api/products/{product}',
    '/api/products/{product}/days?days=366',
  ],
  alerts: ['/api/alerts', '/api/alerts?reason=STUCK', '/api/alerts?customer_id={customer}'],
  'dead letters': [
    '/api/dlq/stats',
    '/api/dlq/pending',
    '/api/dlq/pending?topic=order.created.v1&source=PUBLISHER',
    '/api/dlq/pending?order_id={order}',
    ...['PENDING', 'FAILED', 'REPLAYED', 'SKIPPED'].map((status) => `/api/dlq/status/${status}`),
    '/api/dlq/event/{deadLetter}',
    '/api/dlq/audit?event_id={deadLetter}',
  ],
  webhooks: [
    '/api/webhooks',
    '/api/webhooks/{webhook}',
    '/api/webhooks/{webhook}/deliveries',
    '/api/webhooks/{webhook}/deliveries?status=FAILED',
    '/api/webhooks/{webhook}/deliveries?event_type=order.created.v1&status=DELIVERED',
    '/api/webhooks/{webhook}/deliveries?order_id={order}',
    '/api/webhooks/deliveries/{delivery}',
  ],
  'audit and keys': [
    '/api/audit',
    '/api/audit?actor=operator-1',
    '/api/audit?action=dead-letter.replay&actor=operator-2',
    '/api/audit?from={from}&to={to}',
    '/api/keys',
  ],
  system: [
    '/api/events?limit=100',
    '/api/processors/status',
    '/api/system',
    '/api/health',
    '/health/ready',
    '/metrics',
  ],
};

/** GET routes that ask nothing of the stored orders, or as much of them as the caller wants to wait for. */
export const ROUTES_WITHOUT_QUERY: readonly string[] = [
  '/api/session',
  '/api/dashboard/settings',
  '/api/test/payment-simulator',
  '/api/test/kafka-status',
  '/asyncapi.json',
  '/schemas/{file}',
  '/health/live',
  // Of any length.
  '/api/orders.csv',
  '/api/events/stream',
  '/api/system/stream',
  '/track/{id}/events',
  // The order and its history, for whoever holds its token.
  '/track/{id}',
];
