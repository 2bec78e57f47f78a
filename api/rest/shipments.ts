/** `/api/shipments`: news of the carrier. */
import { z } from 'zod';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';
import { presentDetails } from '../present.ts';
import { readNews } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { noteOrder } from './access-log.ts';
import { orderDetailsSchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { uuidParam } from './params.ts';

const news = z.strictObject({
  location: z.string().describe('1 to 200 printable characters').meta({ example: 'Hub Leipzig' }),
  status: z.enum(SHIPMENT_STATUSES).optional(),
  estimated_delivery: z.string().optional().describe('ISO 8601'),
  occurred_at: z.string().optional().describe('When the carrier saw it, ISO 8601; now where absent'),
});

/** Adds the route. */
export function shipmentRoutes(app: HttpApp, { commands }: UseCases): void {
  app.post(
    '/api/shipments/:id/location',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Tell where a shipment is',
        description: 'Records news of the carrier. Late or repeated news never moves a status backwards.',
        tags: ['shipments'],
        operationId: 'updateShipmentLocation',
        params: z.object({ id: uuidParam('The id of the shipment') }),
        body: news,
        response: { 200: orderDetailsSchema, ...problems(400, 404, 409, 503) },
      },
    },
    async (request) => {
      const order = await commands.updateLocation({ shipmentId: request.params.id }, readNews(request.body));
      noteOrder(request, order.id);
      return presentDetails(order);
    },
  );
}
