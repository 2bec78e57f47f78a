import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { inSpan, traceparentOfSpan, wantSpans } from '../../telemetry/spans.ts';
import { clientInterceptors } from '../../telemetry/temporal-client.ts';

type Start = Required<WorkflowClientInterceptor>['startUpdateWithStart'];
type Input = Parameters<Start>[0];

const ORDER_TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** What the interceptors make of the headers of a command that starts the workflow of an order. */
async function headersOf(interceptors: readonly WorkflowClientInterceptor[], orderId: string) {
  const input = {
    workflowStartOptions: { workflowId: `order-${orderId}` },
    updateOptions: {},
    workflowStartHeaders: {},
    updateHeaders: {},
  } as unknown as Input;
  let sent: Input | undefined;
  const send: Parameters<Start>[1] = (last) => {
    sent = last;
    return Promise.resolve({ workflowExecution: {} } as Awaited<ReturnType<Start>>);
  };
  const chain = interceptors.reduceRight<Parameters<Start>[1]>(
    (next, interceptor) => (given) => interceptor.startUpdateWithStart?.(given, next) ?? next(given),
    send,
  );
  await chain(input);
  const traceOf = (headers: Input['updateHeaders'] | undefined) => {
    const header = headers?.['_tracer-data'];
    return header && defaultPayloadConverter.fromPayload<{ traceparent: string }>(header).traceparent;
  };
  return { start: traceOf(sent?.workflowStartHeaders), update: traceOf(sent?.updateHeaders) };
}

describe('a command that starts the workflow of its order', () => {
  it('is given no interceptors where nobody wants spans', async () => {
    expect(await clientInterceptors(() => Promise.resolve(ORDER_TRACE))).toEqual([]);
  });

  it('is part of the trace of its caller, and the workflow of that of the order', async () => {
    new NodeTracerProvider().register();
    wantSpans();
    const interceptors = await clientInterceptors((orderId) =>
      orderId === 'order-7' ? Promise.resolve(ORDER_TRACE) : Promise.reject(new Error('Postgres is away')),
    );
    await inSpan('command', {}, async (span) => {
      const callerTrace = traceparentOfSpan(span)?.slice(0, 35);
      const known = await headersOf(interceptors, 'order-7');
      expect(known.start).toBe(ORDER_TRACE);
      expect(known.update?.slice(0, 35)).toBe(callerTrace);
      // Where the trace of the order cannot be read, the command goes on all the same.
      expect((await headersOf(interceptors, 'order-8')).start?.slice(0, 35)).toBe(callerTrace);
    });
  });
});
