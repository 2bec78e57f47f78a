/** `/api/webhooks`: addresses that are told of events. */
import { z } from 'zod';
import { DELIVERY_STATUSES, SETTABLE_WEBHOOK_STATUSES } from '../../domain/webhook.ts';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { uuidParam } from './params.ts';
import { pageSize } from './query-numbers.ts';
import { deliveryRoutes } from './webhook-deliveries.ts';
import {
  deliveryPageSchema,
  presentDelivery,
  presentTest,
  presentWebhook,
  webhookPageSchema,
  webhookSchema,
  webhookTestSchema,
  webhookWithSecretSchema,
} from './webhook-answers.ts';

const params = z.object({ id: uuidParam('The id of the webhook') });

const url = z
  .string()
  .describe('http or https, without user name and fragment, at a host that is public')
  .meta({ example: 'https://example.com/hooks' });
const eventTypes = z
  .array(z.string())
  .optional()
  .describe('CloudEvents types (order.created.v1), names (OrderCreated) or *')
  .meta({ example: ['order.created.v1', 'order.completed.v1'] });
// Looked at by the use case, so that a wrong one is not sent back.
const secret = z
  .unknown()
  .optional()
  .describe('whsec_ and the base64 of 24 to 64 bytes, or 8 to 128 printable ASCII characters; made where absent')
  .meta({ type: 'string' });

const newWebhook = z.strictObject({ url, event_types: eventTypes, secret });
const change = z.strictObject({
  url: url.optional(),
  event_types: eventTypes,
  status: z.enum(SETTABLE_WEBHOOK_STATUSES).optional().describe('DISABLED: nothing is sent, what is pending waits'),
});
const newSecret = z.strictObject({ secret }).optional();

const pageToken = z.string().optional().describe('next_page_token of the page before');
const listQuery = z.strictObject({ page_size: pageSize, page_token: pageToken });
const deliveriesQuery = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  event_type: z.string().optional().describe('A CloudEvents type (order.created.v1) or name (OrderCreated)'),
  order_id: z.string().optional(),
  page_size: pageSize,
  page_token: pageToken,
});

/** Adds the routes. */
export function webhookRoutes(app: HttpApp, useCases: UseCases): void {
  const { webhooks, testWebhook } = useCases;

  app.post(
    '/api/webhooks',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Register a webhook',
        description:
          'Events that are committed from now on are sent to the URL as CloudEvents, signed by the Standard Webhooks ' +
          'scheme. The secret is shown in this answer only.',
        tags: ['webhooks'],
        operationId: 'createWebhook',
        headers: actorHeaders,
        body: newWebhook,
        response: {
          201: webhookWithSecretSchema.describe('Registered; Location says where it is'),
          ...problems(400, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { url, event_types: types, secret: wanted } = request.body;
      const added = await webhooks.add({ url, eventTypes: types, secret: wanted }, actorOf(request));
      reply.code(201).header('location', `/api/webhooks/${added.endpoint.id}`);
      return { ...presentWebhook(added.endpoint), secret: added.secret };
    },
  );

  app.get(
    '/api/webhooks',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List webhooks',
        description: 'Webhooks, the oldest first, a page at a time.',
        tags: ['webhooks'],
        operationId: 'listWebhooks',
        querystring: listQuery,
        response: { 200: webhookPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => {
      const page = await webhooks.list({ pageSize: query.page_size, pageToken: query.page_token });
      return { webhooks: page.entries.map(presentWebhook), next_page_token: page.nextPageToken };
    },
  );

  app.get(
    '/api/webhooks/:id',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read a webhook',
        description: 'A webhook without its secret.',
        tags: ['webhooks'],
        operationId: 'getWebhook',
        params,
        response: { 200: webhookSchema, ...problems(404, 503) },
      },
    },
    async ({ params: { id } }) => presentWebhook(await webhooks.get(id)),
  );

  for (const method of ['PUT', 'PATCH'] as const)
    app.route({
      method,
      url: '/api/webhooks/:id',
      config: { access: 'admin' },
      schema: {
        summary: 'Change a webhook',
        description:
          'Changes what is given; what is left out stays. Enabled again, it gets the events that are committed from ' +
          'then on. PUT and PATCH do the same.',
        tags: ['webhooks'],
        operationId: method === 'PUT' ? 'putWebhook' : 'patchWebhook',
        headers: actorHeaders,
        params,
        body: change,
        response: { 200: webhookSchema, ...problems(400, 404, 413, 415, 422, 503) },
      },
      handler: async (request) => {
        const { params, body } = request;
        const wish = { ...body, eventTypes: body.event_types };
        return presentWebhook(await webhooks.change(params.id, wish, actorOf(request)));
      },
    });

  app.delete(
    '/api/webhooks/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Remove a webhook',
        description: 'What is pending for it is not sent; its deliveries are deleted.',
        tags: ['webhooks'],
        operationId: 'deleteWebhook',
        headers: actorHeaders,
        params,
        response: { 204: z.null().describe('Removed'), ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      await webhooks.remove(request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/webhooks/:id/test',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Try out a webhook',
        description: 'Sends an event of type webhook.test.v1 once, also where it is disabled, and says what happened.',
        tags: ['webhooks'],
        operationId: 'testWebhook',
        headers: actorHeaders,
        params,
        response: { 200: webhookTestSchema, ...problems(404, 503) },
      },
    },
    async (request) => presentTest(await testWebhook(request.params.id, actorOf(request))),
  );

  app.post(
    '/api/webhooks/:id/rotate-secret',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Set a new secret',
        description: 'For a day deliveries carry two signatures, one of each secret. The new one is shown only here.',
        tags: ['webhooks'],
        operationId: 'rotateWebhookSecret',
        headers: actorHeaders,
        params,
        body: newSecret,
        response: { 200: webhookWithSecretSchema, ...problems(400, 404, 413, 415, 503) },
      },
    },
    async (request) => {
      const rotated = await webhooks.rotateSecret(request.params.id, request.body?.secret, actorOf(request));
      return { ...presentWebhook(rotated.endpoint), secret: rotated.secret };
    },
  );

  app.get(
    '/api/webhooks/:id/deliveries',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List the deliveries of a webhook',
        description: 'Deliveries, the newest first, a page at a time. They are kept for 30 days after they are over.',
        tags: ['webhooks'],
        operationId: 'listWebhookDeliveries',
        params,
        querystring: deliveriesQuery,
        response: { 200: deliveryPageSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, query }) => {
      const page = await webhooks.deliveries(id, {
        status: query.status,
        eventType: query.event_type,
        orderId: query.order_id,
        pageSize: query.page_size,
        pageToken: query.page_token,
      });
      return { deliveries: page.entries.map(presentDelivery), next_page_token: page.nextPageToken };
    },
  );

  deliveryRoutes(app, useCases);
}
