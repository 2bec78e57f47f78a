/** The whole system with a Temporal that lets in only those with a certificate and a key, and reads nothing of orders. */
import { randomBytes, randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { createTestDatabase } from '../support/database.ts';
import { openGate } from '../support/temporal-gate.ts';
import { until } from '../support/until.ts';
import { startSystem, temporaryFolder } from './system.ts';

const authority = createAuthority();
const CUSTOMER = `customer-${randomUUID()}`;
const DELAYS = { PAYMENT_DELAY: '50ms', PREPARATION_DELAY: '50ms', DELIVERY_DELAY: '50ms' };

test('server, relay and worker are let in by certificate and key, take new ones without a restart, and encrypt', async () => {
  const { url } = await createTestDatabase();
  const folder = temporaryFolder();
  const keyFile = join(folder, 'temporal-api-key');
  writeFileSync(keyFile, 'first-key\n');
  const own = authority.issue('first');
  const rules = { names: new Set(['first']), apiKeys: new Set(['first-key']) };
  const gate = await openGate({
    temporal: inject('temporalAddress'),
    certificate: authority.issue('temporal', ['temporal.example']),
    caFile: authority.caFile,
    rules,
  });
  onTestFinished(gate.close);
  const system = await startSystem(folder, {
    ...DELAYS,
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: gate.address,
    TEMPORAL_TASK_QUEUE: `orders-${randomUUID()}`,
    TEMPORAL_TLS_CA_FILE: authority.caFile,
    TEMPORAL_TLS_CERT_FILE: own.certFile,
    TEMPORAL_TLS_KEY_FILE: own.keyFile,
    TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
    TEMPORAL_API_KEY_FILE: keyFile,
    PAYLOAD_ENCRYPTION_KEYS: `2026-11:${randomBytes(32).toString('base64')}`,
  });
  const { http } = system.endpoints();

  const first = await deliver(http);
  expect(gate.seen).toEqual(new Set(['first first-key']));

  // The files of the first certificate now hold that of another name.
  const next = authority.issue('second');
  renameSync(next.keyFile, own.keyFile);
  renameSync(next.certFile, own.certFile);
  writeFileSync(keyFile, 'second-key\n');
  rules.names.add('second');
  rules.apiKeys.add('second-key');
  await until('they come with the new certificate', () => [...gate.seen].some((each) => each.startsWith('second')));
  await until('and with the new key', async () => {
    // Polls that are under way would end by themselves within a minute.
    gate.dropConnections();
    await sleep(3000);
    return gate.seen.has('second second-key');
  });
  rules.names.delete('first');
  rules.apiKeys.delete('first-key');
  gate.dropConnections();
  gate.seen.clear();
  await deliver(http);
  expect(gate.seen).toEqual(new Set(['second second-key']));

  const { encrypted, open } = await payloadsOf(first);
  expect(encrypted.length).toBeGreaterThan(5);
  // Search attributes stay readable, because Temporal finds workflows by them; the rest is the SDK's own bookkeeping.
  expect(new Set(open.map(({ place }) => place))).toEqual(new Set(['searchAttributes', 'details']));
  for (const { place, text } of open) if (place === 'details') expect(text).toMatch(/^\{"seq":\d+,"attempt":/);
});

async function deliver(http: string): Promise<string> {
  const response = await fetch(`${http}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer_id: CUSTOMER, items: [{ product_id: 'prod-001', quantity: 1 }] }),
  });
  expect(response.status).toBe(201);
  const { order } = (await response.json()) as { order: { id: string } };
  await until(
    `order ${order.id} is delivered`,
    async () => {
      const read = (await (await fetch(`${http}/api/orders/${order.id}`)).json()) as { order: { status: string } };
      return read.order.status === 'DELIVERED';
    },
    60_000,
  );
  return order.id;
}

/** What is kept of an order, past the gate and without the keys; `place` is the field of the event. */
async function payloadsOf(orderId: string): Promise<{ encrypted: object[]; open: { place: string; text: string }[] }> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const history = await new Client({ connection }).workflow.getHandle(`order-${orderId}`).fetchHistory();
  const encrypted: object[] = [];
  const open: { place: string; text: string }[] = [];
  const collect = (part: unknown, place: string, depth: number): void => {
    if (typeof part !== 'object' || part === null) return;
    const { metadata, data } = part as { metadata?: { encoding?: string }; data?: string };
    const encoding = metadata?.encoding && Buffer.from(metadata.encoding, 'base64').toString();
    if (encoding === 'binary/encrypted') encrypted.push(part);
    else if (encoding !== undefined) open.push({ place, text: Buffer.from(data ?? '', 'base64').toString() });
    // Event, its attributes, their field.
    else for (const [name, value] of Object.entries(part)) collect(value, depth < 2 ? name : place, depth + 1);
  };
  const { events } = protobuf.temporal.api.history.v1.History.fromObject(history).toJSON() as { events: object[] };
  for (const event of events) collect(event, 'event', 0);
  return { encrypted, open };
}
