/** `/track/…`: the pages for customers who hold the link of their order. Every answer here is HTML for people. */
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import { isIdentifier, LIMITS } from '../../domain/rules.ts';
import { toFailure } from '../errors.ts';
import { asPublic } from '../rest/access.ts';
import type { HttpApp } from '../rest/http-app.ts';
import type { AllowedMethods } from '../rest/methods.ts';
import { EVENT_STREAM, eventStreamSchema, keepStreams, type StreamSettings } from '../rest/open-streams.ts';
import type { UseCases } from '../use-cases.ts';
import {
  BROKEN_PAGE,
  EXPIRED_PAGE,
  type MessagePage,
  NOT_FOUND_PAGE,
  READ_ONLY_PAGE,
  UNAVAILABLE_PAGE,
} from './message-page.ts';
import { trackingPage } from './tracking-page.ts';
import { tellTracking } from './tracking-stream.ts';
import { toTrackingView } from './tracking-view.ts';

/** What the pages work with. */
export interface TrackingPagesOptions {
  readonly useCases: Pick<UseCases, 'tracking' | 'followEvents'>;
  readonly allowedMethods: AllowedMethods;
  readonly logger: Logger;
  /** How streams are kept open; the usual way where absent. */
  readonly streams?: StreamSettings | undefined;
}

const STREAMS: StreamSettings = { heartbeatMs: 15_000, stallMs: 60_000, most: 2000 };
const ASSETS = join(import.meta.dirname, '..', '..', 'web', 'tracking');
const RETRY_AFTER_SECONDS = 5;

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

const page: z.ZodType = z.string();
const pages = (descriptions: Readonly<Record<number, string>>) =>
  Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: { 'text/html': { schema: page } } },
    ]),
  );
const REFUSALS = {
  404: 'There is no such order, or the token was not made for it',
  410: 'The link has expired',
  503: 'Something behind the server is away, or too many streams are open; repeat after Retry-After',
};

const params = z.object({ id: z.string().describe('The id of the order') });
/** Mail programs and shops add parameters of their own to links. */
const query = z.looseObject({
  token: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('The token of the link'),
});
const headers = z.object({
  'last-event-id': z.string().optional().describe('The last id that was seen; browsers send it by themselves'),
});

/** Adds the pages, their live stream and their assets. */
export async function trackingRoutes(app: HttpApp, options: TrackingPagesOptions): Promise<void> {
  await app.register((scope) => addRoutes(scope, options), { prefix: '/track' });
}

async function addRoutes(app: HttpApp, { useCases, allowedMethods, logger, streams = STREAMS }: TrackingPagesOptions) {
  const { tracking, followEvents } = useCases;
  const openStream = keepStreams(app, streams);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
  app.setErrorHandler(answerError(logger));
  app.setNotFoundHandler(answerUnknown(allowedMethods));
  await asPublic(app, (scope) =>
    scope.register(fastifyStatic, {
      root: ASSETS,
      prefix: '/assets/',
      index: false,
      wildcard: false,
      decorateReply: false,
      schemaHide: true,
    }),
  );

  app.get(
    '/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The tracking page of an order',
        description:
          'For the customer, who has the link from tracking_url: where the order stands, in plain words. Nothing internal.',
        tags: ['tracking'],
        operationId: 'trackOrder',
        params,
        querystring: query,
        response: pages({ 200: 'The page', ...REFUSALS }),
      },
    },
    async ({ params: { id }, query: { token } }, reply) => {
      const { state } = tracking.check(id, readToken(id, token));
      if (state !== 'valid') return sendMessage(reply, state === 'expired' ? EXPIRED_PAGE : NOT_FOUND_PAGE);
      const order = await tracking.read(id);
      if (!order) return sendMessage(reply, NOT_FOUND_PAGE);
      return reply.type(HTML).send(trackingPage(toTrackingView(order)));
    },
  );

  app.get(
    '/:id/events',
    {
      config: { access: 'public' },
      exposeHeadRoute: false,
      schema: {
        summary: 'The tracking page live',
        description:
          'Server-sent events for the script of the page: `view` with the HTML that changes with the order, its id the ' +
          'version of the order; `end` when the order is settled or the link has expired.',
        tags: ['tracking'],
        operationId: 'followTrackedOrder',
        params,
        querystring: query,
        headers,
        response: {
          200: {
            description: 'Messages until the end',
            content: { 'text/event-stream': { schema: eventStreamSchema } },
          },
          ...pages(REFUSALS),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const token = tracking.check(id, readToken(id, request.query.token));
      if (token.state !== 'valid') return sendMessage(reply, token.state === 'expired' ? EXPIRED_PAGE : NOT_FOUND_PAGE);
      const messages = await openStream({ request, reply }, async (signal) => {
        // Before the order is read, so that no change between the two is missed.
        const stream = await followEvents({ filter: { orderId: id }, signal });
        const order = await tracking.read(id);
        if (!order) throw new Failure('NOT_FOUND', 'There is no such order.');
        const seenVersion = Number([request.headers['last-event-id']].flat()[0] ?? 0) || 0;
        return tellTracking({
          stream,
          order,
          seenVersion,
          expiresAt: token.expiresAt,
          heartbeatMs: streams.heartbeatMs,
          signal,
        });
      });
      return reply.headers(EVENT_STREAM).send(messages);
    },
  );
}

const HTML = 'text/html; charset=utf-8';

/** The token of a link; none where it stands there several times or the id is one that no order has. */
function readToken(id: string, token: string | string[] | undefined): string {
  return typeof token === 'string' && isIdentifier(id, LIMITS.orderId.most) ? token : '';
}

/** Answers an address that cannot be read at all, before any hook has run. */
export function answerUnreadableLink(reply: FastifyReply): void {
  sendMessage(reply.headers(HEADERS), NOT_FOUND_PAGE);
}

/** Answers a page that shows no order. */
function sendMessage(reply: FastifyReply, { status, html }: MessagePage): FastifyReply {
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(status).type(HTML).send(html);
}

function answerError(logger: Logger) {
  return (error: FastifyError | Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if ('statusCode' in error && (error.statusCode ?? 500) < 500) return sendMessage(reply, NOT_FOUND_PAGE);
    const { code, cause } = toFailure(error);
    if (['NOT_FOUND', 'INVALID_REQUEST', 'FORBIDDEN'].includes(code)) return sendMessage(reply, NOT_FOUND_PAGE);
    if (code !== 'INTERNAL') return sendMessage(reply, UNAVAILABLE_PAGE);
    // Without the query: a token is as good as a password.
    logger.error({ err: cause, method: request.method, url: request.url.split('?')[0] }, 'a request failed');
    return sendMessage(reply, BROKEN_PAGE);
  };
}

function answerUnknown(allowedMethods: AllowedMethods) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = request.url.split('?');
    const methods = allowedMethods(path);
    if (methods.length === 0 || methods.includes(request.method)) return sendMessage(reply, NOT_FOUND_PAGE);
    return sendMessage(reply.header('allow', methods.join(', ')), READ_ONLY_PAGE);
  };
}
