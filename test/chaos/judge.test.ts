import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../chaos/judge/evidence.ts';
import { judge } from '../../chaos/judge/judge.ts';
import { exampleRun, healthyRuns } from './healthy-run.ts';

/** Evidence with parts of the books replaced. */
const withBooks = (evidence: Evidence, books: Partial<Evidence['books']>): Evidence => ({
  ...evidence,
  books: { ...evidence.books, ...books },
});
const change = <Item>(items: readonly Item[], place: number, part: Partial<Item>): Item[] =>
  items.map((item, index) => (index === place ? { ...item, ...part } : item));
const without = <Item>(items: readonly Item[], place: number): Item[] => items.filter((_, index) => index !== place);

const FAULTS = 'every fault of the plan was done, and what it hit ran again';
const LOST = '0 accepted orders are lost';
const REPEATS = 'a repeat makes no second order';
const ANSWERED = 'every order that is repeated is answered, and none is refused';
const PROMISES = 'an order is never older than it was seen, and ends as was promised';
const CHARGES = '0 double charges';
const SUMS = 'captures − refunds = total of delivered orders';
const STOCK = 'stock is conserved';
const PARCELS = 'one parcel for each delivered order, none for a cancelled one';
const LOG = 'the log has every change once and agrees with the orders';
const KAFKA = 'Kafka has every event of every order, in order';
const WEBHOOKS = 'webhooks tell every event, signed';
const STREAM = 'live streams tell every event once, in order';
const STATISTICS = 'statistics count every order once';
const NOBODY = '0 orders open, 0 dead letters, 0 failed workflows';

/** In every healthy run the first order is delivered, the second declined and the third refunded on request. */
const damages: { what: string; breaks: string; spoil: (evidence: Evidence) => Evidence }[] = [
  {
    what: 'a fault that could not be done',
    breaks: FAULTS,
    spoil: (all) => ({
      ...all,
      faults: change(all.faults, 0, { overAfterMs: undefined, note: 'worker-1 was not back after 90 s' }),
    }),
  },
  {
    what: 'an accepted order that is gone',
    breaks: LOST,
    spoil: (all) => withBooks(all, { orders: without(all.books.orders, 0) }),
  },
  {
    what: 'an order of another total than the customer saw',
    breaks: LOST,
    spoil: (all) => withBooks(all, { orders: change(all.books.orders, 0, { totalMinor: 1 }) }),
  },
  {
    what: 'an order with other lines than the customer sent',
    breaks: LOST,
    spoil: (all) =>
      withBooks(all, { orders: change(all.books.orders, 0, { lines: [{ product_id: 'prod-001', quantity: 999 }] }) }),
  },
  {
    what: 'a second order of one customer',
    breaks: REPEATS,
    spoil: (all) => withBooks(all, { orders: [...all.books.orders, { ...all.books.orders[0]!, id: 'order-again' }] }),
  },
  {
    what: 'an order that nobody sent',
    breaks: REPEATS,
    spoil: (all) => ({ ...all, customers: without(all.customers, 0) }),
  },
  {
    what: 'two ids for one order',
    breaks: REPEATS,
    spoil: (all) => {
      const { accepted } = all.customers[0]!;
      const told = [accepted[0]!, { ...accepted[0]!, id: 'order-1' }];
      return { ...all, customers: change(all.customers, 0, { accepted: told }) };
    },
  },
  {
    what: 'a good order that was refused',
    breaks: ANSWERED,
    spoil: (all) => ({ ...all, customers: change(all.customers, 0, { refusal: '409 DUPLICATE' }) }),
  },
  {
    what: 'a customer who tried in vain',
    breaks: ANSWERED,
    spoil: (all) => ({ ...all, customers: change(all.customers, 0, { accepted: [], tries: 9, last: undefined }) }),
  },
  {
    what: 'a read that was older than the one before',
    breaks: PROMISES,
    spoil: (all) => {
      const last = all.customers[0]!.last!;
      const wentBackwards = [{ before: last, after: { ...last, version: 1, status: 'PENDING' } }];
      return { ...all, customers: change(all.customers, 0, { wentBackwards }) };
    },
  },
  {
    what: 'an order that was seen delivered and is cancelled',
    breaks: PROMISES,
    spoil: (all) => withBooks(all, { orders: change(all.books.orders, 0, { status: 'CANCELLED' }) }),
  },
  {
    what: 'a cancellation that was confirmed and did not happen',
    breaks: PROMISES,
    spoil: (all) => withBooks(all, { orders: change(all.books.orders, 2, { status: 'DELIVERED' }) }),
  },
  {
    what: 'a denial that was confirmed and did not happen',
    breaks: PROMISES,
    spoil: (all) => {
      const wish = { what: 'deny', kind: 'done', status: 'CANCELLED', reason: undefined } as const;
      return { ...all, customers: change(all.customers, 2, { wish }) };
    },
  },
  {
    what: 'a second charge',
    breaks: CHARGES,
    spoil: (all) => withBooks(all, { ledger: [...all.books.ledger, { ...all.books.ledger[0]!, key: 'again' }] }),
  },
  {
    what: 'a charge of another amount',
    breaks: CHARGES,
    spoil: (all) => withBooks(all, { ledger: change(all.books.ledger, 0, { amountMinor: 1 }) }),
  },
  {
    what: 'a charge of an order that is not in the books',
    breaks: CHARGES,
    spoil: (all) => withBooks(all, { ledger: change(all.books.ledger, 0, { orderId: 'order-gone' }) }),
  },
  {
    what: 'a second refund',
    breaks: CHARGES,
    spoil: (all) => {
      const refund = all.books.ledger.find(({ kind }) => kind === 'refund')!;
      return withBooks(all, { ledger: [...all.books.ledger, { ...refund, key: 'again' }] });
    },
  },
  {
    what: 'a delivered order that nobody paid',
    breaks: SUMS,
    spoil: (all) => withBooks(all, { ledger: without(all.books.ledger, 0) }),
  },
  {
    what: 'a cancelled order whose money was kept',
    breaks: SUMS,
    spoil: (all) => withBooks(all, { ledger: all.books.ledger.filter(({ kind }) => kind !== 'refund') }),
  },
  {
    what: 'stock that vanished',
    breaks: STOCK,
    spoil: (all) =>
      withBooks(all, {
        stock: change(all.books.stock, 0, { available: all.books.stock[0]!.available - 1 }),
      }),
  },
  {
    what: 'stock that stays reserved',
    breaks: STOCK,
    spoil: (all) =>
      withBooks(all, {
        stock: change(all.books.stock, 0, { available: all.books.stock[0]!.available - 1, reserved: 1 }),
      }),
  },
  {
    what: 'a delivered order without a parcel',
    breaks: PARCELS,
    spoil: (all) => withBooks(all, { bookings: without(all.books.bookings, 0) }),
  },
  {
    what: 'a second parcel',
    breaks: PARCELS,
    spoil: (all) => withBooks(all, { bookings: [...all.books.bookings, all.books.bookings[0]!] }),
  },
  {
    what: 'a parcel of a cancelled order',
    breaks: PARCELS,
    spoil: (all) => withBooks(all, { bookings: [...all.books.bookings, { orderId: 'order-1', outcome: 'booked' }] }),
  },
  {
    what: 'an event that is missing in the log',
    breaks: LOG,
    spoil: (all) => withBooks(all, { events: without(all.books.events, 1) }),
  },
  {
    what: 'a row that is ahead of its log',
    breaks: LOG,
    spoil: (all) => withBooks(all, { orders: change(all.books.orders, 0, { version: 6 }) }),
  },
  {
    what: 'an end that the log does not tell',
    breaks: LOG,
    spoil: (all) => withBooks(all, { events: change(all.books.events, 4, { type: 'ShipmentMoved' }) }),
  },
  {
    what: 'an event that Kafka lacks',
    breaks: KAFKA,
    spoil: (all) => {
      const { eventId } = all.books.events[2]!;
      return { ...all, records: all.records.filter((record) => record.eventId !== eventId) };
    },
  },
  {
    what: 'an event that only Kafka has',
    breaks: KAFKA,
    spoil: (all) => ({ ...all, records: [...all.records, { ...all.records[0]!, eventId: 'made-up' }] }),
  },
  {
    what: 'events that came out of order',
    breaks: KAFKA,
    spoil: (all) => ({ ...all, records: all.records.map((record) => ({ ...record, offset: -record.offset })) }),
  },
  {
    what: 'a record under a wrong key',
    breaks: KAFKA,
    spoil: (all) => ({ ...all, records: change(all.records, 0, { key: 'order-2' }) }),
  },
  {
    what: 'an order on two partitions of a topic',
    breaks: KAFKA,
    spoil: (all) => ({ ...all, records: change(all.records, 0, { partition: 1 }) }),
  },
  {
    what: 'an event that no webhook told',
    breaks: WEBHOOKS,
    spoil: (all) => {
      const { eventId } = all.books.events[0]!;
      return { ...all, webhooks: all.webhooks.filter((webhook) => webhook.eventId !== eventId) };
    },
  },
  {
    what: 'a webhook that is not signed',
    breaks: WEBHOOKS,
    spoil: (all) => ({ ...all, webhooks: change(all.webhooks, 0, { isSigned: false }) }),
  },
  {
    what: 'an event that the live stream left out',
    breaks: STREAM,
    spoil: (all) => ({ ...all, streamed: without(all.streamed, 3) }),
  },
  {
    what: 'an event that was streamed twice',
    breaks: STREAM,
    spoil: (all) => ({ ...all, streamed: [...all.streamed, all.streamed[0]!] }),
  },
  {
    what: 'a stream that went back',
    breaks: STREAM,
    spoil: (all) => ({ ...all, streamed: all.streamed.toReversed() }),
  },
  {
    what: 'statistics that counted an order twice',
    breaks: STATISTICS,
    spoil: (all) => {
      const { byStatus, byProduct } = all.books.statistics;
      return withBooks(all, {
        statistics: { byProduct, byStatus: { ...byStatus, DELIVERED: (byStatus.DELIVERED ?? 0) + 1 } },
      });
    },
  },
  { what: 'an order that is still open', breaks: NOBODY, spoil: (all) => ({ ...all, openAtTheEnd: ['order-0'] }) },
  { what: 'a dead letter', breaks: NOBODY, spoil: (all) => withBooks(all, { deadLetters: 1 }) },
  {
    what: 'a workflow that failed',
    breaks: NOBODY,
    spoil: (all) => ({ ...all, workflows: change(all.workflows, 0, { status: 'FAILED' }) }),
  },
];

describe('the judge of a chaos run', () => {
  it('finds nothing in ledgers that agree', () => {
    fc.assert(
      fc.property(healthyRuns, (evidence) => {
        expect(judge(evidence)).toEqual([]);
      }),
    );
  });

  it.each(damages)('finds $what', ({ breaks, spoil }) => {
    expect(judge(spoil(exampleRun())).map(({ rule }) => rule)).toContain(breaks);
  });

  it('finds each of them in every run', () => {
    fc.assert(
      fc.property(healthyRuns, fc.constantFrom(...damages), (evidence, { breaks, spoil }) => {
        expect(judge(spoil(evidence)).map(({ rule }) => rule)).toContain(breaks);
      }),
    );
  });
});
