import { describe, expect, it } from 'vitest';
import { findAcceptance, findEvents, findOrder } from '../../db/order-reads.ts';
import { acceptOrders, type OrderToAccept } from '../../db/orders.ts';
import { openDatabase } from '../../db/client.ts';
import { eventId, makeOrderId } from '../../domain/ids.ts';
import { foldOrder } from '../../domain/fold.ts';
import { checkOrder } from '../../domain/rules.ts';
import { findPrices } from '../../db/products.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, everything, makeOrder, stockProduct } from './order-fixture.ts';

const { db, url } = await createTestDatabase();
const cent = await stockProduct(db, { unitPriceMinor: 1 });
const chest = await stockProduct(db, { unitPriceMinor: 10_000_000 });
const euro = await stockProduct(db, { currency: 'EUR' });
const yen = await stockProduct(db, { currency: 'JPY', unitPriceMinor: 50_000 });
const dinar = await stockProduct(db, { currency: 'KWD', unitPriceMinor: 999 });

const lines = (...all: [productId: string, quantity: number][]) =>
  all.map(([productId, quantity]) => ({ productId, quantity }));

describe('an accepted order', () => {
  it('is priced from the catalogue, and its first event says the same as its row', async () => {
    const order = makeOrder({
      lines: lines(['prod-002', 3], ['prod-001', 1]),
      paymentMethod: 'BANK_TRANSFER',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const [acceptance] = await acceptOrders(db, [order]);
    expect(acceptance?.created).toEqual({
      customer_id: 'customer-001',
      payment_method: 'BANK_TRANSFER',
      currency: 'USD',
      total_minor: 3 * 4950 + 1999,
      items: [
        { product_id: 'prod-002', quantity: 3, unit_price_minor: 4950 },
        { product_id: 'prod-001', quantity: 1, unit_price_minor: 1999 },
      ],
    });
    const events = await findEvents(db, order.orderId);
    expect(events).toEqual([
      {
        eventId: eventId(order.orderId, 'created'),
        orderId: order.orderId,
        version: 1,
        type: 'OrderCreated',
        data: acceptance?.created,
        occurredAt: acceptance?.createdAt,
        traceparent: order.traceparent,
      },
    ]);
    expect(await findOrder(db, order.orderId)).toEqual(foldOrder(events));
    const [row] = await db`select traceparent from order_events where order_id = ${order.orderId}`;
    expect(row).toEqual({ traceparent: order.traceparent });
  });

  it('has its decimals beside the minor units, in the currency of its products', async () => {
    const ids = await Promise.all([euro, yen, dinar].map((product) => accept(db, { lines: lines([product, 2]) })));
    const rows = await db`
      select o.currency, o.total_minor, o.total_amount, i.unit_price from orders o join order_items i on i.order_id = o.id
      where o.id = any(${ids}) order by o.currency`;
    expect([...rows]).toEqual([
      { currency: 'EUR', total_minor: 2000, total_amount: '20.00', unit_price: '10.00' },
      { currency: 'JPY', total_minor: 100_000, total_amount: '100000', unit_price: '50000' },
      { currency: 'KWD', total_minor: 1998, total_amount: '1.998', unit_price: '0.999' },
    ]);
  });

  it('keeps its price when the catalogue changes', async () => {
    const product = await stockProduct(db);
    const id = await accept(db, { lines: lines([product, 1]) });
    await db`update products set unit_price_minor = 5000 where id = ${product}`;
    expect((await findOrder(db, id))?.lines[0]?.unitPriceMinor).toBe(1000);
  });

  it('takes no stock: that happens when it is reserved', async () => {
    const product = await stockProduct(db, { available: 0 });
    await accept(db, { lines: lines([product, 1]) });
  });

  it('may state its total within 0.01 of the sum', async () => {
    for (const statedTotal of [39.97, 39.98, 39.99]) await accept(db, { statedTotal });
  });
});

const REFUSED: [string, Partial<OrderToAccept>][] = [
  ['an unknown product', { lines: lines(['prod-001', 1], ['nothing', 1]) }],
  ['products of two currencies', { lines: lines(['prod-001', 1], [euro, 1]) }],
  ['a total below 1.00', { lines: lines([cent, 99]) }],
  ['a total below 1.000 of a currency with three decimals', { lines: lines([dinar, 1]) }],
  ['a total above 100,000.00', { lines: lines([chest, 1], [cent, 1]) }],
  ['a total far above 100,000.00', { lines: lines([chest, 1000]) }],
  ['a total above 100,000 of a currency without decimals', { lines: lines([yen, 3]) }],
  ['a stated total that is 0.02 too much', { statedTotal: 40 }],
  ['a stated total that is 0.02 too little', { statedTotal: 39.96 }],
  ['a stated total of nothing', { statedTotal: 0 }],
  ['an absurd stated total', { statedTotal: 1e308 }],
];

describe.each(REFUSED)('an order with %s', (_, parts) => {
  it('is refused, as the rules say too, and nothing at all of it is stored', async () => {
    const order = makeOrder({ ...parts, idempotencyKey: makeOrderId() });
    const before = await everything(db);
    expect(await acceptOrders(db, [order])).toEqual([undefined]);
    expect(await everything(db)).toEqual(before);
    const prices = await findPrices(
      db,
      order.lines.map(({ productId }) => productId),
    );
    const { orderId, customerId, lines: items, statedTotal } = order;
    expect(checkOrder({ orderId, customerId, items, statedTotal }, prices)).toHaveLength(1);
  });
});

describe('the bounds of the total', () => {
  it('belong to what is accepted', async () => {
    await accept(db, { lines: lines([cent, 100]) });
    await accept(db, { lines: lines([chest, 1]) });
    await accept(db, { lines: lines([yen, 2]) });
  });
});

describe('a repeated order', () => {
  it('stores nothing, whether it comes in the same words or in others', async () => {
    const order = makeOrder();
    await acceptOrders(db, [order]);
    const before = await everything(db);
    expect(await acceptOrders(db, [order])).toEqual([undefined]);
    expect(await acceptOrders(db, [makeOrder({ orderId: order.orderId, customerId: 'another' })])).toEqual([undefined]);
    expect(await everything(db)).toEqual(before);
  });

  it('stores nothing under a new order id where the idempotency key is known', async () => {
    const idempotencyKey = makeOrderId();
    const first = makeOrder({ idempotencyKey });
    await acceptOrders(db, [first]);
    const before = await everything(db);
    const again = makeOrder({ idempotencyKey });
    expect(await acceptOrders(db, [again])).toEqual([undefined]);
    expect(await everything(db)).toEqual(before);
    expect(await findAcceptance(db, again)).toEqual({
      orderId: first.orderId,
      keyDigest: first.digest,
      orderDigest: first.digest,
    });
  });

  it('stores no idempotency key where the order id is known', async () => {
    const orderId = await accept(db);
    const before = await everything(db);
    expect(await acceptOrders(db, [makeOrder({ orderId, idempotencyKey: makeOrderId() })])).toEqual([undefined]);
    expect(await everything(db)).toEqual(before);
  });

  it('is found by its order id or its key, and nothing is found of an order that was never accepted', async () => {
    const order = makeOrder();
    expect(await findAcceptance(db, order)).toBeUndefined();
    await acceptOrders(db, [order]);
    const digests = { keyDigest: null, orderDigest: order.digest };
    expect(await findAcceptance(db, order)).toEqual({ orderId: order.orderId, ...digests });
    expect(await findAcceptance(db, { ...order, idempotencyKey: 'never used' })).toEqual({
      orderId: order.orderId,
      ...digests,
    });
  });
});

describe('a set of orders', () => {
  it('is stored but for the ones that break a rule, and each answer stands in its place', async () => {
    const known = makeOrder();
    await acceptOrders(db, [known]);
    const set = [
      makeOrder({ lines: lines(['prod-001', 1]) }),
      makeOrder({ lines: lines(['nothing', 1]) }),
      makeOrder({ lines: lines(['prod-001', 2]) }),
      known,
      makeOrder({ statedTotal: 1 }),
      makeOrder({ lines: lines([euro, 3]) }),
    ];
    const acceptances = await acceptOrders(db, set);
    expect(acceptances.map((acceptance) => acceptance?.created.total_minor)).toEqual([
      1999,
      undefined,
      3998,
      undefined,
      undefined,
      3000,
    ]);
    const stored = await Promise.all(set.map(({ orderId }) => findOrder(db, orderId)));
    expect(stored.map((order) => order !== undefined)).toEqual([true, false, true, true, false, true]);
    for (const { orderId } of set) expect((await findEvents(db, orderId)).length).toBeLessThanOrEqual(1);
  });

  it('may be empty', async () => {
    expect(await acceptOrders(db, [])).toEqual([]);
  });
});

describe('sessions that race', () => {
  const other = openDatabase(url, { size: 8 });

  const race = async (make: (racer: number) => OrderToAccept): Promise<number> => {
    const racers = Array.from({ length: 16 }, (_, racer) => acceptOrders(racer % 2 ? db : other, [make(racer)]));
    return (await Promise.all(racers)).flat().filter((acceptance) => acceptance !== undefined).length;
  };

  it('for one order id store exactly one order', async () => {
    for (let round = 0; round < 10; round += 1) {
      const orderId = makeOrderId();
      expect(await race((racer) => makeOrder({ orderId, customerId: `racer-${racer}` }))).toBe(1);
      expect(await findEvents(db, orderId)).toHaveLength(1);
      expect((await findOrder(db, orderId))?.lines).toHaveLength(1);
    }
  });

  it('for one idempotency key store exactly one order', async () => {
    for (let round = 0; round < 10; round += 1) {
      const idempotencyKey = makeOrderId();
      const orders = Array.from({ length: 16 }, () => makeOrder({ idempotencyKey }));
      expect(await race((racer) => orders[racer]!)).toBe(1);
      const stored = await Promise.all(orders.map(({ orderId }) => findOrder(db, orderId)));
      const winner = stored.filter((order) => order !== undefined);
      expect(winner).toHaveLength(1);
      expect((await findAcceptance(db, orders[0]!))?.orderId).toBe(winner[0]?.id);
    }
    await other.end({ timeout: 5 });
  });
});
