/** A span for each call, which continues the trace that the call brings and answers its context. */
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { SpanKind, startSpan, traceparentOfSpan, withSpan } from '../../telemetry/spans.ts';
import { traceparentOf } from '../requests.ts';
import { OUTAGES } from './observed-calls.ts';

/** What machines ask for again and again. */
const WITHOUT_SPAN = '/grpc.';

/** Makes the interceptor that gives each call its span. */
export const spanCalls: ServerInterceptor = ({ path }, call) => {
  if (path.startsWith(WITHOUT_SPAN)) return new ServerInterceptingCall(call);
  const [service = '', method = ''] = path.slice(1).split('/');
  let span: Span | undefined;
  let isAnswered = false;
  const answer = (metadata: Metadata | undefined) => {
    const traceparent = traceparentOfSpan(span);
    if (traceparent !== undefined && !isAnswered) metadata?.set('traceparent', traceparent);
    isAnswered = true;
  };
  const end = (code: status) => {
    span?.setAttribute('rpc.response.status_code', status[code]);
    if (OUTAGES.has(code)) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    span = undefined;
  };

  const listener = new ServerListenerBuilder()
    .withOnReceiveMetadata((metadata, next) => {
      span = startSpan(`${service}/${method}`, {
        kind: SpanKind.SERVER,
        parent: traceparentOf(metadata.get('traceparent')[0]?.toString()) ?? null,
        attributes: { 'rpc.system.name': 'grpc', 'rpc.method': `${service}/${method}` },
      });
      next(metadata);
    })
    .withOnReceiveHalfClose((next) => {
      if (span) withSpan(span, next);
      else next();
    })
    .withOnCancel(() => {
      end(status.CANCELLED);
    })
    .build();
  const responder = new ResponderBuilder()
    .withStart((next) => {
      next(listener);
    })
    .withSendMetadata((metadata, next) => {
      answer(metadata);
      next(metadata);
    })
    .withSendStatus((outcome, next) => {
      answer(outcome.metadata ?? undefined);
      end(outcome.code);
      next(outcome);
    })
    .build();
  return new ServerInterceptingCall(call, responder);
};
