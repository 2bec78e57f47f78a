/** `/api/webhooks/deliveries`: what was sent to a webhook and what it answered. */
import { z } from 'zod';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { uuidParam } from './params.ts';
import { deliveryDetailsSchema, deliverySchema, presentDelivery, presentDeliveryDetails } from './webhook-answers.ts';

const params = z.object({ delivery_id: uuidParam('The id of the delivery') });

/** Adds the routes. */
export function deliveryRoutes(app: HttpApp, { webhooks }: UseCases): void {
  app.get(
    '/api/webhooks/deliveries/:delivery_id',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read a delivery',
        description: 'A delivery with its body and every attempt: response status, first KiB of the body, time, error.',
        tags: ['webhooks'],
        operationId: 'getWebhookDelivery',
        params,
        response: { 200: deliveryDetailsSchema, ...problems(404, 503) },
      },
    },
    async ({ params: { delivery_id } }) => presentDeliveryDetails(await webhooks.delivery(delivery_id)),
  );

  app.post(
    '/api/webhooks/deliveries/:delivery_id/retry',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Send a delivery again',
        description:
          'At once, also where it was delivered before, with the same webhook-id. One that was over gets all of its ' +
          'attempts anew. A webhook that is disabled must be enabled first.',
        tags: ['webhooks'],
        operationId: 'retryWebhookDelivery',
        headers: actorHeaders,
        params,
        response: { 202: deliverySchema.describe('Will be sent'), ...problems(404, 409, 503) },
      },
    },
    async (request, reply) => {
      const delivery = await webhooks.retry(request.params.delivery_id, actorOf(request));
      return reply.code(202).send(presentDelivery(delivery));
    },
  );
}
