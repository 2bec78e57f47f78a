/** A line for each request that was answered, and the id that it is found by. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createAnswerLog } from '../../telemetry/answer-log.ts';
import { orderFields } from '../../telemetry/log-fields.ts';

/** The header that carries the id of a request, both ways. */
export const REQUEST_ID = 'x-request-id';
const ACCEPTABLE = /^[\w.:-]{1,64}$/;
/** Routes with the id of an order, and where an order is that was made. */
const ORDER_ROUTE = /^\/(api\/orders|orders|api\/order-status|track)\/:id(\/|$)/;
const ORDER_LOCATION = /^(?:\/api)?\/orders\/([^/]+)$/;
/** The orders of requests that name something else, such as a shipment. */
const notedOrders = new WeakMap<FastifyRequest, string>();

/** The id that the caller gave, where it can stand in a log; else a random one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
}

/**
 * Answers the id with each answer, and logs a line for it. Addresses are left out, because they may name customers or hold
 * tokens.
 */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  const logAnswer = createAnswerLog(logger);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logAnswer(reply.statusCode >= 500, () => fieldsOf(request, reply));
    done();
  });
}

/** Says for the log which order a request turned out to be about. */
export function noteOrder(request: FastifyRequest, orderId: string): void {
  notedOrders.set(request, orderId);
}

/** What a line about a request carries. */
export function requestFields({ id, method, routeOptions }: FastifyRequest) {
  return { request_id: id, method, route: routeOptions.url ?? 'unknown' };
}

function fieldsOf(request: FastifyRequest, reply: FastifyReply) {
  const orderId = orderOf(request, reply);
  return {
    ...requestFields(request),
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    ...(orderId !== undefined && orderFields(orderId, traceOf(reply))),
  };
}

/** The order that a request was about: in its path, made by it, or found out while it was answered. */
function orderOf(request: FastifyRequest, reply: FastifyReply): string | undefined {
  const { params, routeOptions } = request;
  if (ORDER_ROUTE.test(routeOptions.url ?? '')) return (params as { id?: string }).id;
  return notedOrders.get(request) ?? ORDER_LOCATION.exec(String(reply.getHeader('location')))?.[1];
}

function traceOf(reply: FastifyReply): string | undefined {
  const traceparent = reply.getHeader('traceparent');
  return typeof traceparent === 'string' ? traceparent : undefined;
}
