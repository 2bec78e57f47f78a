/** What Prometheus reads of the whole system, and what the documentation and the files for Prometheus and Grafana say of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../events/webhooks/receiver.ts';
import { until } from '../support/until.ts';
import { type ExposedFamily, lint, readExposition, valueOf } from '../telemetry/exposition.ts';
import { startSystem, temporaryFolder } from './system.ts';

const DOCUMENT = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const SETTINGS = { PAYMENT_DELAY: '100ms', PREPARATION_DELAY: '100ms', DELIVERY_DELAY: '100ms' };

describe('the metrics', () => {
  it('count orders, stages and deliveries, keep the rules of Prometheus, and are the ones that are documented', async () => {
    const receiver = await startReceiver();
    const system = await startSystem(temporaryFolder(), { ...SETTINGS, ENABLE_TEST_ENDPOINTS: 'true' });
    const { http, metrics } = system.endpoints();
    await post(`${http}/api/webhooks`, { url: receiver.url });
    for (const customer_id of ['customer-1', 'customer-2'])
      await post(`${http}/api/orders`, { customer_id, items: [{ product_id: 'prod-001', quantity: 1 }] });
    await until('all is delivered', () => receiver.received.length >= 10);

    let server: ExposedFamily[] = [];
    await until('the statistics have both orders', async () => {
      server = await scrape(metrics.server);
      return valueOf(server, 'steadfast_orders_delivered_total') === 2;
    });
    expect(valueOf(server, 'steadfast_orders', { status: 'DELIVERED' })).toBe(2);
    expect(valueOf(server, 'steadfast_orders', { status: 'PENDING' })).toBe(0);
    expect(valueOf(server, 'steadfast_orders_created_total')).toBe(2);
    const stage = { status: 'SHIPPED', next_status: 'DELIVERED' };
    expect(valueOf(server, 'steadfast_order_stage_duration_seconds_count', stage)).toBe(2);
    expect(valueOf(server, 'steadfast_order_stage_duration_seconds_bucket', { ...stage, le: '+Inf' })).toBe(2);
    const route = { method: 'POST', route: '/api/orders', status: '2xx' };
    expect(valueOf(server, 'steadfast_http_request_duration_seconds_count', route)).toBe(2);
    expect(valueOf(server, 'steadfast_consumer_led', { consumer: 'workflow-starter' })).toBe(1);
    expect(valueOf(server, 'steadfast_dependency_up', { dependency: 'postgres' })).toBe(1);

    const worker = await scrape(metrics.worker);
    const charge = { provider: 'payment', operation: 'charge', outcome: 'captured' };
    expect(valueOf(worker, 'steadfast_provider_call_duration_seconds_count', charge)).toBe(2);
    expect(worker.some(({ name }) => name.startsWith('temporal_workflow_task'))).toBe(true);
    const relay = await scrape(metrics.relay);
    const delivered = { outcome: 'delivered' };
    expect(valueOf(relay, 'steadfast_webhook_attempt_duration_seconds_count', delivered)).toBe(10);
    expect(valueOf(relay, 'steadfast_workflow_start_duration_seconds_count', { outcome: 'started' })).toBe(2);

    const own = [...server, ...worker, ...relay].filter(({ name }) => name.startsWith('steadfast_'));
    expect(own.flatMap(lint)).toEqual([]);
    const names = [...new Set(own.map(({ name }) => name))].sort();
    const documented = [...DOCUMENT.matchAll(/^\| `(steadfast_\w+)`/gm)].map(([, name]) => name).sort();
    expect(names).toEqual(documented);
    for (const { name, type } of own) expect(DOCUMENT).toMatch(new RegExp(`^\\| \`${name}\` +\\| ${type} +\\|`, 'm'));
  });
});

async function scrape(url: string): Promise<ExposedFamily[]> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return readExposition(await answer.text());
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
}
