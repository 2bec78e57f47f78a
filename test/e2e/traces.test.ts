/** One order, one trace: from the request to the last webhook, over all processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { workflowId } from '../../domain/lifecycle.ts';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { readTopic } from '../events/kafka/read-topic.ts';
import { startReceiver } from '../events/webhooks/receiver.ts';
import { startTestKafka } from '../support/kafka.ts';
import { installRuntime } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';
import { type ReceivedSpan, startCollector } from '../telemetry/collector.ts';
import { connect } from './client.ts';
import { startSystem, temporaryFolder } from './system.ts';

const kafka = await startTestKafka();

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const SETTINGS = { PAYMENT_DELAY: '100ms', PREPARATION_DELAY: '100ms', DELIVERY_DELAY: '100ms' };
const CUSTOMER = 'customer-whom-no-span-names';
const EVENTS = ['OrderCreated', 'StockReserved', 'PaymentAuthorized', 'ShippingScheduled', 'OrderDelivered'];

describe('the trace of an order', () => {
  it('leads from the request over statement, workflow, activity and provider to Kafka and the webhook', async () => {
    const collector = await startCollector();
    const receiver = await startReceiver();
    const folder = temporaryFolder();
    const system = await startSystem(folder, {
      ...SETTINGS,
      LOG_LEVEL: 'debug',
      KAFKA_BROKERS: kafka.address,
      ENABLE_TEST_ENDPOINTS: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    const { http, grpc, temporal } = system.endpoints();
    await post(`${http}/api/webhooks`, { url: receiver.url });

    const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
    const items = [{ product_id: 'prod-001', quantity: 1 }];
    const created = await post(`${http}/api/orders`, { customer_id: CUSTOMER, items }, { traceparent });
    const { order_id: orderId } = created.body as { order_id: string };
    const answered = /^00-(\w{32})-(\w{16})-01$/.exec(created.headers.get('traceparent') ?? '');
    expect(answered?.[1]).toBe(CALLER.traceId);

    const ofOrder = () => collector.spans.filter(({ traceId }) => traceId === CALLER.traceId);
    await until('all events came to the webhook', () => received(receiver.received, orderId).length === EVENTS.length);
    await until('the spans of the workflow and of the last delivery are there', () => {
      const names = ofOrder().map(({ name }) => name);
      return (
        names.includes('RunWorkflow:CreateOrder') &&
        names.filter((name) => name === 'deliver webhook').length === EVENTS.length &&
        names.filter((name) => name.startsWith('publish ')).length === EVENTS.length
      );
    });
    const spans = ofOrder();
    const bySpanId = new Map(spans.map((span) => [span.spanId, span]));

    // Every link leads up to the request, and from there to the caller.
    const request = bySpanId.get(answered?.[2] ?? '');
    expect(request).toMatchObject({
      service: 'steadfast-server',
      name: 'POST /api/orders',
      parentSpanId: CALLER.spanId,
    });
    for (const span of spans) expect([span.name, rootOf(span, bySpanId)]).toEqual([span.name, request]);
    for (const span of spans.filter((each) => each !== request))
      expect(span.attributes['order.id'], `${span.service} ${span.name}`).toBe(orderId);

    // The last delivery: the way of a change from the request to the receiver.
    const last = spans.find((span) => {
      return span.name === 'deliver webhook' && span.attributes['event.type'] === 'order.completed.v1';
    });
    expect(wayOf(last, bySpanId)).toEqual([
      'steadfast-server POST /api/orders',
      'steadfast-server statement OrderCreated',
      'steadfast-relay StartWorkflow:CreateOrder',
      'steadfast-worker RunWorkflow:CreateOrder',
      'steadfast-worker StartActivity:deliverOrder',
      'steadfast-worker RunActivity:deliverOrder',
      'steadfast-worker statement OrderDelivered',
      'steadfast-relay deliver webhook',
    ]);
    const charge = spans.find(({ name }) => name === 'payment: charge');
    expect(wayOf(charge, bySpanId).slice(3)).toEqual([
      'steadfast-worker RunWorkflow:CreateOrder',
      'steadfast-worker StartActivity:tryCharge',
      'steadfast-worker RunActivity:tryCharge',
      'steadfast-worker payment: charge',
    ]);
    expect(named(spans, 'RunWorkflow:CreateOrder').attributes).toMatchObject({ 'workflow.id': `order-${orderId}` });
    expect(EVENTS.every((type) => spans.some(({ attributes }) => attributes['event.type'] === type))).toBe(true);

    // Who reads the topic or gets the webhook continues the trace.
    const publish = named(spans, 'publish order.completed.v1');
    expect(publish.attributes).toMatchObject({
      'kafka.topic': 'order.completed.v1',
      'event.type': 'order.completed.v1',
    });
    const records = await readTopic(kafka.address, 'order.completed.v1');
    const record = records.find(({ key }) => key === orderId);
    expect(record?.headers.traceparent).toBe(`00-${CALLER.traceId}-${publish.spanId}-01`);
    const delivered = received(receiver.received, orderId).find(({ body }) => body.includes('"order.completed.v1"'));
    expect(delivered?.headers.traceparent).toBe(`00-${CALLER.traceId}-${last?.spanId}-01`);

    expect(collector.text.join('')).not.toContain(CUSTOMER);

    // The line about the request is found by order and by trace.
    const log = readFileSync(join(folder, 'logs/server.log'), 'utf8');
    const line = log.split('\n').find((each) => each.includes(`"order_id":"${orderId}"`)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ trace_id: CALLER.traceId, workflow_id: `order-${orderId}`, status: 201 });

    // A worker without spans goes on with what one with spans began, and the other way round.
    for (const hasSpans of [true, false]) await replay(temporal, orderId, hasSpans);

    // A command is part of its caller's trace and reaches the workflow, which stays in that of its order.
    await callsHaveTraces(grpc, collector.spans);
  });

  it('costs a warning and nothing else where the collector is away', async () => {
    const system = await startSystem(temporaryFolder(), {
      ...SETTINGS,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    });
    const { http } = system.endpoints();
    const items = [{ product_id: 'prod-001', quantity: 1 }];
    const { body } = await post(`${http}/api/orders`, { customer_id: 'customer-1', items });
    const { order_id: orderId } = body as { order_id: string };
    await until('the order is delivered', async () => {
      const answer = (await (await fetch(`${http}/api/orders/${orderId}`)).json()) as { order: { status: string } };
      return answer.order.status === 'DELIVERED';
    });
    await until('the loss is told', () => system.output().includes('spans are lost'));
    expect(await system.stop()).toMatchObject({ code: 0 });
  });
});

/** Replays the workflow of an order against the workflow of today. */
async function replay(address: string, orderId: string, hasSpans: boolean): Promise<void> {
  installRuntime();
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  const history = await new Client({ connection }).workflow.getHandle(workflowId(orderId)).fetchHistory();
  const workflowBundle = await loadWorkflowBundle(inject('bundleCache'), hasSpans);
  const sinks = { exporter: { export: { fn: () => undefined } } };
  await Worker.runReplayHistory({ workflowBundle, sinks }, history, workflowId(orderId));
}

/** Creates an order over gRPC within a trace and cancels it within another one. */
async function callsHaveTraces(grpc: string, spans: readonly ReceivedSpan[]): Promise<void> {
  const client = connect(grpc);
  const metadata = new Metadata();
  metadata.set('traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  const answered = await new Promise<Metadata>((resolve, reject) => {
    const request = { customer_id: CUSTOMER, items: [{ product_id: 'prod-001', quantity: 1 }] };
    client
      .createOrder(request as never, metadata, (error: ServiceError | null) => {
        if (error) reject(error);
      })
      .on('metadata', resolve);
  });
  const call = () => spans.find((span) => span.traceId === 'a'.repeat(32) && span.name.endsWith('/CreateOrder'));
  await until('the call has its span', () => call() !== undefined);
  expect(call()).toMatchObject({ parentSpanId: 'b'.repeat(16), attributes: { 'rpc.response.status_code': 'OK' } });
  const refused = await new Promise<ServiceError>((resolve, reject) => {
    client.getOrder({ order_id: 'no-such-order', live: false, progress: false }, metadata, (error) => {
      if (error) resolve(error);
      else reject(new Error('it was answered'));
    });
  });
  expect(String(refused.metadata.get('traceparent')[0])).toMatch(/^00-a{32}-\w{16}-01$/);
  const refusal = () => spans.find((span) => span.traceId === 'a'.repeat(32) && span.name.endsWith('/GetOrder'));
  await until('the refused call has its span', () => refusal() !== undefined);
  expect(refusal()?.attributes).toMatchObject({ 'failure.code': 'NOT_FOUND', 'rpc.response.status_code': 'NOT_FOUND' });
  expect(refusal()?.status.code ?? 0).toBe(0);
  expect(answered.get('traceparent')).toEqual([`00-${'a'.repeat(32)}-${call()?.spanId}-01`]);
}

function received(requests: readonly { body: string; headers: Record<string, unknown> }[], orderId: string) {
  return requests.filter(({ body }) => (JSON.parse(body) as { subject: string }).subject === orderId);
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((each) => each.name === name);
  if (!span) throw new Error(`no span ${name} among ${spans.map((each) => each.name).join(', ')}`);
  return span;
}

/** The spans above this one, the uppermost first. */
function ancestors(span: ReceivedSpan | undefined, bySpanId: ReadonlyMap<string, ReceivedSpan>): ReceivedSpan[] {
  if (!span) return [];
  return [...ancestors(bySpanId.get(span.parentSpanId ?? ''), bySpanId), span];
}

function rootOf(span: ReceivedSpan, bySpanId: ReadonlyMap<string, ReceivedSpan>): ReceivedSpan | undefined {
  return ancestors(span, bySpanId)[0];
}

function wayOf(span: ReceivedSpan | undefined, bySpanId: ReadonlyMap<string, ReceivedSpan>): string[] {
  return ancestors(span, bySpanId).map(({ service, name }) => `${service} ${name}`);
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
  return { headers: answer.headers, body: await answer.json() };
}
