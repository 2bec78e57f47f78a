/** A span for each request, which continues the trace that the request brings and answers its context. */
import { type Attributes, context, type Span, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalidRequest } from '../../domain/failures.ts';
import { failSpan, isTracing, SpanKind, startSpan, traceparentOfSpan } from '../../telemetry/spans.ts';
import { traceparentOf } from '../requests.ts';

/** Requests of machines that look at this one again and again, and files of pages. */
const WITHOUT_SPAN = /^\/(health\/|metrics$|assets\/|docs\/|favicon)/;

/** Adds the hooks; none where there is no tracing. The address of a request is left out: it may name a customer. */
export function spanRequests(app: FastifyInstance): void {
  if (!isTracing()) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  const goOn = (request: FastifyRequest, done: () => void) => {
    const span = spans.get(request);
    if (span) context.with(trace.setSpan(context.active(), span), done);
    else done();
  };

  app.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route === undefined || WITHOUT_SPAN.test(request.url)) {
      done();
      return;
    }
    const span = startSpan(`${request.method} ${route}`, {
      kind: SpanKind.SERVER,
      parent: traceparentOf(request.headers.traceparent) ?? null,
      attributes: { 'http.request.method': request.method, 'http.route': route, 'request.id': request.id },
    });
    if (span) {
      spans.set(request, span);
      reply.header('traceparent', traceparentOfSpan(span));
    }
    goOn(request, done);
  });
  // Reading the body has left the context of the first hook.
  app.addHook('preHandler', (request, _reply, done) => {
    goOn(request, done);
  });
  app.addHook('onError', (request, _reply, error, done) => {
    const span = spans.get(request);
    if (span) failSpan(span, 'statusCode' in error && error.statusCode < 500 ? invalidRequest([]) : error);
    done();
  });
  const end = (request: FastifyRequest, attributes: Attributes) => {
    const span = spans.get(request);
    // An answer that the caller did not wait for ends twice.
    if (span?.isRecording()) span.setAttributes(attributes).end();
  };
  app.addHook('onResponse', (request, reply, done) => {
    end(request, { 'http.response.status_code': reply.statusCode });
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    end(request, { 'error.type': 'aborted' });
    done();
  });
}
