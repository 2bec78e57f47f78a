/** Measures how long calls take and how many streams are open, and logs a line for each. */
import {
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { Gauge, Histogram } from 'prom-client';

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

/** Makes the interceptor. Lines are of the level `debug`, but `warn` where the server failed. */
export function observeCalls(logger: Logger): ServerInterceptor {
  return ({ path, responseStream }, call) => {
    const began = performance.now();
    const method = path.slice(path.lastIndexOf('/') + 1);
    let isOver = false;
    if (responseStream) streams.inc();
    const end = (code: status) => {
      if (isOver) return;
      isOver = true;
      const ms = performance.now() - began;
      if (responseStream) streams.dec();
      else duration.observe({ method, code: status[code] }, ms / 1000);
      const level = OUTAGES.has(code) ? 'warn' : 'debug';
      if (logger.isLevelEnabled(level))
        logger[level]({ method, status: status[code], duration_ms: Math.round(ms * 10) / 10 }, 'answered');
    };
    const listener = new ServerListenerBuilder().withOnCancel(() => end(status.CANCELLED)).build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((outcome, next) => {
        end(outcome.code);
        next(outcome);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}
