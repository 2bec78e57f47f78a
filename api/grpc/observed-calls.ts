/** Measures how long calls take and how many streams are open, and logs a line for each. */
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { Gauge, Histogram } from 'prom-client';
import { createAnswerLog } from '../../telemetry/answer-log.ts';
import { type OrderFields, orderFields } from '../../telemetry/log-fields.ts';
import { checkOrderId } from '../checks.ts';

const duration = new Histogram({
  name: 'steadfast_grpc_call_duration_seconds',
  help: 'How long gRPC calls took; streams are not measured.',
  labelNames: ['method', 'code'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const streams = new Gauge({ name: 'steadfast_grpc_open_streams', help: 'gRPC calls whose answers go on.' });

/** Statuses that mean that the server failed. */
export const OUTAGES: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** The fields of a line about a call: those of its order, where a message of the call names one. */
export function fieldsOfCall(messages: readonly unknown[], traceparent?: string): OrderFields | undefined {
  const orderId = messages.map(orderIn).find((id) => id !== undefined && checkOrderId(id).length === 0);
  return orderId === undefined ? undefined : orderFields(orderId, traceparent);
}

function orderIn(message: unknown): string | undefined {
  const { order_id, order } = (message ?? {}) as { order_id?: unknown; order?: { id?: unknown } | null };
  if (typeof order_id === 'string' && order_id !== '') return order_id;
  return typeof order?.id === 'string' ? order.id : undefined;
}

/** Makes the interceptor. */
export function observeCalls(logger: Logger): ServerInterceptor {
  const logAnswer = createAnswerLog(logger);
  return ({ path, responseStream }, call) => {
    const began = performance.now();
    const method = path.slice(path.lastIndexOf('/') + 1);
    let isOver = false;
    let asked: unknown;
    let answered: unknown;
    let traceparent: string | undefined;
    const follow = (metadata: Metadata | null | undefined) => {
      traceparent ??= metadata?.get('traceparent')[0]?.toString();
    };
    if (responseStream) streams.inc();
    const end = (code: status) => {
      if (isOver) return;
      isOver = true;
      const ms = performance.now() - began;
      if (responseStream) streams.dec();
      else duration.observe({ method, code: status[code] }, ms / 1000);
      logAnswer(OUTAGES.has(code), () => ({
        method,
        status: status[code],
        duration_ms: Math.round(ms * 10) / 10,
        ...fieldsOfCall([asked, answered], traceparent),
      }));
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMessage((message, next) => {
        asked ??= message;
        next(message);
      })
      .withOnCancel(() => end(status.CANCELLED))
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendMetadata((metadata, next) => {
        follow(metadata);
        next(metadata);
      })
      .withSendMessage((message, next) => {
        answered ??= message;
        next(message);
      })
      .withSendStatus((outcome, next) => {
        follow(outcome.metadata);
        end(outcome.code);
        next(outcome);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}
