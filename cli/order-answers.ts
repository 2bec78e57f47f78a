/** Orders as people read them. */
import { formatMoney } from '../domain/money.ts';
import type { GetOrderResponse, Order } from '../proto/gen/order/v1/order.ts';
import type { Printer } from './printer.ts';

/** An order with its lines, payment and shipment. */
export function tellOrder(print: Printer, answer: GetOrderResponse) {
  const { order, payment_info: payment, shipment_info: shipment } = answer;
  if (!order) return;
  print.card([
    ['order', order.id],
    ['customer', order.customer_id],
    ['status', order.status],
    ['failure', order.failure_reason],
    ['details', order.status_details],
    ['approval', order.approval === 'NOT_REQUIRED' ? undefined : order.approval],
    ['total', tellTotal(order)],
    ['payment', payment && `${payment.status}, ${payment.payment_method}`],
    ['shipment', shipment && `${shipment.status}, ${shipment.carrier} ${shipment.tracking_number}`],
    ['shipment id', shipment?.shipment_id],
    ['location', shipment?.current_location],
    ['estimated delivery', shipment?.estimated_delivery],
    ['created', order.created_at],
    ['updated', order.updated_at],
    ['version', order.version],
    ['tracking page', answer.tracking_url],
  ]);
  print.table(
    ['product', 'quantity', 'unit price'],
    order.items.map((item) => [item.product_id, item.quantity, formatMoney(item.unit_price_minor, order.currency)]),
  );
}

/** Orders, one a line. */
export function tellOrders(print: Printer, orders: readonly Order[]) {
  print.table(
    ['order', 'customer', 'status', 'total', 'created', 'failure'],
    orders.map((order) => [
      order.id,
      order.customer_id,
      order.status,
      tellTotal(order),
      order.created_at,
      order.failure_reason,
    ]),
  );
}

function tellTotal({ total_minor, currency }: Order): string {
  return formatMoney(total_minor, currency);
}
