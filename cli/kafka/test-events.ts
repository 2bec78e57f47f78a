/** Made-up events for the inbound topics, valid by their schemas. */
import { INBOUND_TOPICS } from '../../domain/published-events.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';
import type { NewRecord } from './records.ts';

/** The topics that test events can be made for. */
export const TEST_TOPICS: readonly string[] = Object.values(INBOUND_TOPICS);

/** What to make; `random` gives numbers from 0 to below 1, `makeId` fresh ids; news is about these orders in turn. */
export interface TestEventOptions {
  readonly topic: string;
  readonly count: number;
  readonly now: Date;
  readonly orders: readonly string[];
  readonly random: () => number;
  readonly makeId: () => string;
}

const PRODUCTS = ['prod-001', 'prod-002', 'prod-003'];
const PLACES = ['Hamburg hub', 'Rotterdam port', 'Lyon depot', 'Vienna depot', 'Rome delivery base'];
const DAY_MS = 86_400_000;

/** Makes the records. */
export function makeTestEvents(options: TestEventOptions): NewRecord[] {
  const { topic, count, now, makeId } = options;
  return Array.from({ length: count }, (_, index) => {
    const { key, data } = topic === INBOUND_TOPICS.carrierNews ? makeNews(options, index) : makeRequest(options);
    const event = {
      specversion: '1.0',
      id: makeId(),
      source: '/steadfast/test-data',
      type: topic,
      time: new Date(now.getTime() + index).toISOString(),
      datacontenttype: 'application/json',
      data,
    };
    return { key, value: JSON.stringify(event), headers: { 'content-type': 'application/cloudevents+json' } };
  });
}

/** News of one shipment after the other, each time all of them a step further, as carriers tell it. */
function makeNews({ orders, random, now }: TestEventOptions, index: number) {
  const order_id = orders[index % orders.length] ?? 'order-test';
  const step = Math.min(1 + Math.floor(index / orders.length), SHIPMENT_STATUSES.length - 1);
  const data = {
    order_id,
    status: SHIPMENT_STATUSES[step],
    location: pick(PLACES, random),
    estimated_delivery: new Date(now.getTime() + DAY_MS).toISOString(),
  };
  return { key: order_id, data };
}

function makeRequest({ random, makeId }: TestEventOptions) {
  const customer_id = `customer-${1 + Math.floor(random() * 50)}`;
  const products = PRODUCTS.filter(() => random() < 0.5);
  const items = (products.length > 0 ? products : PRODUCTS.slice(0, 1)).map((product_id) => ({
    product_id,
    quantity: 1 + Math.floor(random() * 3),
  }));
  return { key: customer_id, data: { customer_id, items, order_id: `order-${makeId()}` } };
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? '';
}
