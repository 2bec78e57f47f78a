/** What comes in from Kafka enters by the same use cases as over REST and gRPC. */
import { z } from 'zod';
import { Failure } from '../domain/failures.ts';
import { requestDigest } from '../domain/ids.ts';
import { INBOUND_TOPICS } from '../domain/published-events.ts';
import { SHIPMENT_STATUSES } from '../domain/shipment-status.ts';
import type { InboundEvent, InboundHandler } from '../events/kafka/inbound-record.ts';
import { checkLocation, checkOrderId, checkTime, demand, toInstant, violation } from './checks.ts';
import { toFailure } from './errors.ts';
import { newOrder } from './new-order.ts';
import type { NewsTarget } from './order-commands.ts';
import { readOrder, traceparentOf } from './requests.ts';
import { demandShape } from './shape.ts';
import type { UseCases } from './use-cases.ts';

/** Takes in the events of each inbound topic, by topic. Whatever goes wrong is a {@link Failure}. */
export type InboundHandlers = Readonly<Record<string, InboundHandler>>;

/** News of the carrier; what else it may say is not for us. */
const carrierNews = z.object({
  shipment_id: z.string().optional(),
  tracking_number: z.string().optional(),
  order_id: z.string().optional(),
  status: z.enum(SHIPMENT_STATUSES),
  location: z.string().optional(),
  estimated_delivery: z.string().optional(),
});

/** Makes the handlers. The id of an event makes it count once, however often it comes. */
export function createInboundHandlers({
  acceptOrder,
  commands,
}: Pick<UseCases, 'acceptOrder' | 'commands'>): InboundHandlers {
  const takeNews = async (event: InboundEvent): Promise<void> => {
    const { data, target } = readCarrierNews(event);
    await commands.updateLocation(target, {
      newsId: digestOf(event),
      status: data.status,
      location: data.location,
      estimatedDelivery: toInstant(data.estimated_delivery),
      occurredAt: toInstant(event.time),
    });
  };

  const takeOrder = async (event: InboundEvent): Promise<void> => {
    const order = readOrder(demandShape(newOrder, event.data));
    const idempotencyKey = `kafka:${digestOf(event)}`;
    await acceptOrder({ ...order, idempotencyKey, traceparent: traceparentOf(event.traceparent) });
  };

  return {
    [INBOUND_TOPICS.carrierNews]: failing(takeNews),
    [INBOUND_TOPICS.orderRequests]: failing(takeOrder),
  };
}

function readCarrierNews({ data: given, time }: InboundEvent): {
  data: z.output<typeof carrierNews>;
  target: NewsTarget;
} {
  const data = demandShape(carrierNews, given);
  demand(
    data.location === undefined ? [] : checkLocation(data.location),
    checkTime('estimated_delivery', data.estimated_delivery),
    checkTime('time', time),
  );
  const { shipment_id: shipmentId, tracking_number: trackingNumber, order_id: orderId } = data;
  if (shipmentId !== undefined) return { data, target: { shipmentId } };
  if (trackingNumber !== undefined) return { data, target: { trackingNumber } };
  if (orderId === undefined)
    demand([violation('shipment_id', undefined, 'shape', 'or tracking_number or order_id is required')]);
  else demand(checkOrderId(orderId));
  return { data, target: { orderId: orderId ?? '' } };
}

/** The same for the same event of the same source, whatever these are called. */
function digestOf({ source, id }: InboundEvent): string {
  return requestDigest([source, id]);
}

function failing(handle: InboundHandler): InboundHandler {
  return async (event) => {
    try {
      await handle(event);
    } catch (error) {
      throw error instanceof Failure ? error : toFailure(error);
    }
  };
}
