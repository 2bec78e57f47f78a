import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoggedEvent, readLog } from '../../../db/log.ts';
import { EVENT_TYPES, type OrderEvent } from '../../../domain/events.ts';
import { INBOUND_TOPICS, PUBLICATIONS } from '../../../domain/published-events.ts';
import { toCloudEvent } from '../../../events/cloud-event.ts';
import { ENVELOPE } from '../../../events/schemas/envelope.ts';
import { EVENT_DATA } from '../../../events/schemas/event-data.ts';
import { ENVELOPE_NAME, type JsonSchema, makeSchemas, schemaId } from '../../../events/schemas/json-schemas.ts';
import { codeIn, readDocument, tableUnder } from '../../docs/documents.ts';
import { orderEvents } from '../../domain/order-events.ts';
import { LONG_MS, startLifecycle } from '../../support/lifecycle.ts';

const schemas = makeSchemas();
const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
addFormats.default(ajv);
for (const { schema } of schemas) ajv.addSchema(closed(schema) as JsonSchema);

/** A schema that takes nothing but what it describes, so that a test finds what nobody has described. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const inner = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, closed(value)]));
  const properties = inner.properties as object | undefined;
  return properties && Object.keys(properties).length > 0 ? { ...inner, additionalProperties: false } : inner;
}

/** What is wrong with an event by the schemas of envelope and data; empty where nothing is. */
function mistakesOf(event: LoggedEvent): string[] {
  // As consumers get it: what JSON cannot carry is gone.
  const { data, ...envelope } = JSON.parse(JSON.stringify(toCloudEvent(event))) as { data: object; dataschema: string };
  const isData = ajv.getSchema(envelope.dataschema);
  const isEnvelope = ajv.getSchema(schemaId(ENVELOPE_NAME));
  if (!isData || !isEnvelope) return [`there is no schema ${envelope.dataschema}`];
  const mistakes = [];
  if (isEnvelope({ ...envelope, data: {} }) !== true) mistakes.push(ajv.errorsText(isEnvelope.errors));
  if (isData(data) !== true) mistakes.push(`${envelope.dataschema}: ${ajv.errorsText(isData.errors)}`);
  return mistakes;
}

const logged = (event: OrderEvent, traceparent: string | null = null): LoggedEvent => ({
  ...event,
  cursor: { tx: '1', position: 1 },
  customerId: 'customer-1',
  traceparent,
});

describe('the JSON Schemas', () => {
  it('are there for the envelope, for each published type and for each inbound topic, once', () => {
    const published = EVENT_TYPES.map((type) => PUBLICATIONS[type].type);
    const names = schemas.map(({ name }) => name);
    expect(names.toSorted()).toEqual([ENVELOPE_NAME, ...published, ...Object.values(INBOUND_TOPICS)].toSorted());
    expect(schemas.filter(({ direction }) => direction === 'read').map(({ name }) => name)).toEqual(
      Object.values(INBOUND_TOPICS),
    );
  });

  it('take every event that orders may have', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        orderEvents,
        fc.constantFrom(null, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`),
        ({ events }, trace) => {
          for (const event of events) {
            seen.add(event.type);
            expect(mistakesOf(logged(event, trace))).toEqual([]);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(seen.size).toBeGreaterThan(10);
  });

  it('take an alert', () => {
    const data = { reason: 'STUCK', order_status: 'PENDING', seconds: 301.5, details: 'is stuck' } as const;
    const event = { eventId: 'e', orderId: 'o', version: 2, occurredAt: '2026-01-01T00:00:00.000Z' };
    expect(mistakesOf(logged({ ...event, type: 'AlertRaised', data }))).toEqual([]);
  });

  it('refuse an event with a field that is missing, of another type, or that nobody has described', () => {
    const [created] = fc.sample(orderEvents, 1)[0]!.events as [OrderEvent];
    const withData = (data: object) => mistakesOf(logged({ ...created, data } as OrderEvent));
    expect(withData({ ...created.data, items: undefined })[0]).toContain("required property 'items'");
    expect(withData({ ...created.data, total_minor: '5' })[0]).toContain('total_minor must be integer');
    expect(withData({ ...created.data, secret: 1 })[0]).toContain('must NOT have additional properties');
  });

  it('take every event of an order that is delivered and of one that is cancelled', async () => {
    const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
    const { db, commands, order, reached } = await startLifecycle({ settings });
    const delivered = await order();
    await commands.confirm(delivered);
    await commands.confirm(delivered);
    await commands.updateLocation({ orderId: delivered }, { location: 'Rome', status: 'SHIPMENT_IN_TRANSIT' });
    await commands.confirm(delivered);
    const cancelled = await order();
    await commands.confirm(cancelled);
    await commands.cancel(cancelled, { reason: 'enough' });
    await Promise.all([reached(delivered, 'DELIVERED'), reached(cancelled, 'CANCELLED')]);
    const { events } = await readLog(db, { tx: '0', position: 0 }, { limit: 1000 });
    const types = events.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['ShipmentMoved', 'OrderDelivered', 'PaymentRefunded', 'OrderCancelled']),
    );
    expect(events.flatMap(mistakesOf)).toEqual([]);
  });
});

describe('docs/events.md', () => {
  const document = readDocument('docs/events.md');

  it('names every type with its event, its topic, its status and the fields of its data', () => {
    const told = tableUnder('Event types', document).map((cells) => cells.map(codeIn));
    const described = EVENT_TYPES.map((event) => {
      const { type, topic, viewStatus } = PUBLICATIONS[event];
      return [[type], [event], [topic], viewStatus === null ? [] : [viewStatus], Object.keys(EVENT_DATA[event].shape)];
    });
    expect(told).toEqual(described);
  });

  it('names every attribute of the envelope', () => {
    const told = tableUnder('Envelope', document).map(([name = '']) => codeIn(name)[0]);
    expect([...told, 'data'].toSorted()).toEqual(Object.keys(ENVELOPE.shape).toSorted());
  });
});

describe('an inbound schema', () => {
  const mistakes = (topic: string, data: object) => {
    const validate = ajv.getSchema(schemaId(topic))!;
    return validate(data) === true ? '' : ajv.errorsText(validate.errors);
  };

  it('of carrier news asks which shipment it is about', () => {
    const news = { location: 'Rome', status: 'SHIPMENT_IN_TRANSIT' };
    for (const name of ['shipment_id', 'tracking_number', 'order_id'])
      expect(mistakes(INBOUND_TOPICS.carrierNews, { ...news, [name]: 'x' })).toBe('');
    expect(mistakes(INBOUND_TOPICS.carrierNews, news)).toContain("must have required property 'order_id'");
  });

  it('of order requests is what POST /api/orders takes', () => {
    const request = { customer_id: 'c', items: [{ product_id: 'prod-001', quantity: 2 }] };
    expect(mistakes(INBOUND_TOPICS.orderRequests, request)).toBe('');
    expect(mistakes(INBOUND_TOPICS.orderRequests, { ...request, items: [] })).toContain('fewer than 1 items');
  });
});
