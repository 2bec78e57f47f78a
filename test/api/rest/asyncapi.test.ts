import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { PUBLISHED_TOPICS } from '../../../domain/published-events.ts';
import { toCloudEvent } from '../../../events/cloud-event.ts';
import { makeSchemas } from '../../../events/schemas/json-schemas.ts';
import { makeEvent } from '../../domain/order-events.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi } from '../support.ts';

const { url } = await createTestDatabase();
const { request } = await startApi({ databaseUrl: url });

interface Document {
  readonly channels: Record<string, { address: string | null; messages: Record<string, unknown> }>;
  readonly operations: Record<string, { action: string; channel: { $ref: string } }>;
  readonly components: { messages: Record<string, { payload: object }>; schemas: object };
}

describe('/asyncapi.json', async () => {
  const { status, headers, body } = await request<Document>('GET', '/asyncapi.json');

  it('is valid by the schema of AsyncAPI 3.0.0', () => {
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const ajv = new Ajv({ strict: false, meta: false, validateSchema: false });
    addFormats.default(ajv);
    const isValid = ajv.compile(specs.schemas['3.0.0'] as object);
    expect(isValid(body)).toBe(true);
  });

  it('has each topic with what is done there, webhooks and the live stream', () => {
    const done = Object.values(body.operations).map(({ action, channel }) => `${action} ${channel.$ref.slice(11)}`);
    expect(done.toSorted()).toEqual(
      [
        ...[...PUBLISHED_TOPICS, 'webhooks', 'stream'].map((channel) => `send ${channel}`),
        'receive shipment.tracking.v1',
        'receive order.requests.v1',
      ].toSorted(),
    );
    expect(Object.keys(body.channels['order.updated.v1']!.messages)).toContain('order.alert.v1');
  });

  it('leads every reference to something', () => {
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    const lost = references.filter(
      (path) =>
        path.split('/').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], body) ===
        undefined,
    );
    expect(references.length).toBeGreaterThan(50);
    expect(lost).toEqual([]);
  });

  it('describes the messages as they are', () => {
    const data = { shipment_id: 's', details: null };
    const event = {
      ...makeEvent(5, 'OrderDelivered', data),
      cursor: { tx: '1', position: 1 },
      customerId: 'c',
      traceparent: null,
    };
    const cloudEvent = toCloudEvent(event);
    const { payload } = body.components.messages['order.completed.v1']!;
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const isValid = ajv.compile({ ...payload, components: body.components });
    expect(isValid(cloudEvent)).toBe(true);
    expect(isValid({ ...cloudEvent, type: 'order.created.v1' })).toBe(false);
    expect(isValid({ ...cloudEvent, data })).toBe(false);
  });
});

describe('/schemas', () => {
  it.each(makeSchemas())('has $name', async ({ name, schema }) => {
    const { status, headers, body } = await request<object>('GET', `/schemas/${name}.json`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/schema\+json/);
    expect(body).toEqual(schema);
  });

  it.each(['order.created.v2.json', 'order.created.v1', '..%2fpackage.json', 'constructor'])(
    'answers 404 for %s and names those there are',
    async (file) => {
      const { status, headers, body } = await request('GET', `/schemas/${file}`);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body.detail).toContain('order.created.v1.json');
    },
  );
});
