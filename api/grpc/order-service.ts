/** `order.sv1.OrderService` by the use cases. */
import { Metadata } from '@grpc/grpc-js';
import { type Caller, demandOwnCustomer } from '../../domain/access.ts';
import type { Order } from '../../domain/order.ts';
import type { OrderServiceServer, WatchOrderRequest, WatchOrderResponse } from '../../proto/gen/order/v1/order.ts';
import { checkInteger, checkOrderId, checkReason, demand, readStatus, violation } from '../checks.ts';
import { presentChange, presentDetails, presentOrder, presentProgress } from '../present.ts';
import { ownOnly } from '../order-access.ts';
import { readListQuery, readNews, readOrder, traceparentOf } from '../requests.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { UseCases } from '../use-cases.ts';
import { answerOnce, answerStream, type CallContext, type CallSettings } from './calls.ts';

/** What the service works with. */
export interface OrderServiceDependencies extends CallSettings {
  readonly authentication: Pick<Authentication, 'streams'>;
  readonly useCases: UseCases;
}

/** Makes the handlers of the service. */
export function createOrderService(dependencies: OrderServiceDependencies): OrderServiceServer {
  const { acceptOrder, commands, demandOwnOrder, queries, tracking } = dependencies.useCases;
  const read = <Request, Response>(handle: (request: Request, context: CallContext) => Promise<Response>) =>
    answerOnce(dependencies, handle);
  const command = <Request>(handle: (request: Request, context: CallContext) => Promise<Order>) =>
    read(async (request: Request, context) => presentDetails(await handle(request, context)));

  return {
    createOrder: read(async (request, { caller, metadata, sendMetadata }) => {
      demandOwnCustomer(caller, 'customer_id', request.customer_id);
      const { order, replayed } = await acceptOrder({
        ...readOrder(request),
        idempotencyKey: textOf(metadata, 'idempotency-key'),
        keyOwner: caller.customerId,
        traceparent: traceparentOf(textOf(metadata, 'traceparent')),
      });
      if (replayed) sendMetadata(Metadata.fromHttp2Headers({ 'idempotency-replayed': 'true' }));
      return { order_id: order.id, order: presentOrder(order), tracking_url: tracking.urlOf(order) };
    }),

    getOrder: read(async ({ order_id, live, progress }, { caller }) => {
      demand(checkOrderId(order_id));
      await demandOwnOrder(caller, order_id);
      const order = await queries.get(order_id);
      const [view, course] = await Promise.all([
        live ? queries.liveView(order_id) : undefined,
        progress ? queries.progress(order) : undefined,
      ]);
      return {
        ...presentDetails(order),
        tracking_url: tracking.urlOf(order),
        workflow: view && { stage: view.stage, status: view.status },
        progress: course && presentProgress(course),
      };
    }),

    listOrders: read(async (request, { caller }) => {
      const { orders, nextPageToken } = await queries.list(readListQuery(ownOnly(caller, request)));
      return { orders: orders.map(presentOrder), next_page_token: nextPageToken };
    }),

    watchOrder: answerStream(dependencies, (request, context) => watch(dependencies.useCases, request, context)),

    updateOrderStatus: command(async ({ order_id, status, reason }, { deadline }) => {
      demand(checkOrderId(order_id), checkReason(reason));
      return commands.updateStatus(order_id, readStatus('status', status), { reason, deadline });
    }),

    cancelOrder: command(async ({ order_id, reason }, { caller, deadline }) => {
      demand(checkOrderId(order_id), checkReason(reason));
      await demandOwnOrder(caller, order_id);
      return commands.cancel(order_id, { reason, deadline });
    }),

    markAsDelivered: command(async ({ order_id }, { deadline }) => {
      demand(checkOrderId(order_id));
      return commands.markDelivered(order_id, { deadline });
    }),

    updateShipmentLocation: command(async (request, { deadline }) => {
      const { shipment_id, order_id } = request;
      if (shipment_id === '' && order_id === '')
        demand([violation('shipment_id', '', 'shape', 'or order_id is required')]);
      if (shipment_id === '') demand(checkOrderId(order_id));
      const target = shipment_id === '' ? { orderId: order_id } : { shipmentId: shipment_id };
      return commands.updateLocation(target, readNews(request), { deadline });
    }),

    confirmOrder: command(async ({ order_id, reason }, { deadline }) => {
      demand(checkOrderId(order_id), checkReason(reason));
      return commands.confirm(order_id, { reason, deadline });
    }),

    denyOrder: command(async ({ order_id, reason }, { deadline }) => {
      demand(checkOrderId(order_id), checkReason(reason));
      return commands.deny(order_id, { reason, deadline });
    }),
  };
}

async function* watch(
  { demandOwnOrder, watchOrder }: Pick<UseCases, 'demandOwnOrder' | 'watchOrder'>,
  { order_id, after_version }: WatchOrderRequest,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
): AsyncGenerator<WatchOrderResponse> {
  demand(checkOrderId(order_id), checkInteger('after_version', after_version, { rule: 'shape', least: 0 }));
  await demandOwnOrder(caller, order_id);
  for await (const change of watchOrder(order_id, { afterVersion: after_version, signal })) yield presentChange(change);
}

function textOf(metadata: Metadata, key: string): string | undefined {
  return metadata.get(key)[0]?.toString();
}
