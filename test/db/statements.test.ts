import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../db/change.ts';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import * as orders from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import * as payments from '../../db/payments.ts';
import * as shipments from '../../db/shipments.ts';
import { foldOrder } from '../../domain/fold.ts';
import { paymentId } from '../../domain/ids.ts';
import type { OrderStatus } from '../../domain/order-status.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, capture, deliver, everything, ship } from './order-fixture.ts';

const { db } = await createTestDatabase();

type Statement = (id: string) => Promise<ChangeResult>;
const approval = { limit: 10, expires_at: '2026-01-01T00:00:00.000Z' };
const news = {
  newsId: 'news-1',
  location: 'Cologne',
  status: 'SHIPMENT_OUT_FOR_DELIVERY',
  estimatedDelivery: null,
  occurredAt: '2026-01-01T10:00:00.000Z',
} as const;

const requestApproval: Statement = (id) => orders.requestApproval(db, id, approval);
const approve: Statement = (id) => orders.decideApproval(db, id, 'APPROVED', 'known');
const deny: Statement = (id) => orders.decideApproval(db, id, 'DENIED', null);
const reserve: Statement = (id) => reserveStock(db, id);
const delayPayment: Statement = (id) => payments.delayPayment(db, id, paymentId(id));
const failPayment: Statement = (id) => payments.failPayment(db, id, paymentId(id), 'the card was declined');
const refund: Statement = (id) => payments.refundPayment(db, id, { id: paymentId(id), amountMinor: 3998 });
const requestCancellation: Statement = (id) => orders.requestCancellation(db, id, 'CANCELLED_ON_REQUEST', 'mine');
const cancel: Statement = (id) => orders.cancelOrder(db, id, 'CANCELLED_ON_REQUEST', 'mine');
const move: Statement = (id) => shipments.moveShipment(db, id, news);
const doCapture: Statement = (id) => capture(db, id);
const doShip: Statement = (id) => ship(db, id);
const doDeliver: Statement = (id) => deliver(db, id);

/** An order in every stage that a statement may find. */
const STAGES: Record<string, () => Promise<string>> = {
  accepted: () => accept(db),
  'waiting for approval': async () => after(await accept(db), requestApproval),
  approved: async () => after(await accept(db), requestApproval, approve),
  denied: async () => after(await accept(db), requestApproval, deny),
  reserved: () => acceptAs(db, 'RESERVED'),
  declined: async () => after(await acceptAs(db, 'RESERVED'), failPayment),
  processing: () => acceptAs(db, 'PROCESSING'),
  shipped: () => acceptAs(db, 'SHIPPED'),
  delivered: () => acceptAs(db, 'DELIVERED'),
  cancelled: async () => after(await acceptAs(db, 'RESERVED'), cancel),
};

async function after(id: string, ...statements: Statement[]): Promise<string> {
  for (const statement of statements) await statement(id);
  return id;
}

/** Each statement with the stages that it changes an order of, and the status that it leaves it in there. */
const STATEMENTS: [name: string, statement: Statement, leaves: Record<string, OrderStatus>][] = [
  ['requestApproval', requestApproval, { accepted: 'PENDING' }],
  ['decideApproval, approved,', approve, { 'waiting for approval': 'PENDING' }],
  ['decideApproval, denied,', deny, { 'waiting for approval': 'PENDING' }],
  ['reserveStock', reserve, { accepted: 'PENDING', approved: 'PENDING' }],
  ['delayPayment', delayPayment, { reserved: 'PENDING', declined: 'PENDING' }],
  ['failPayment', failPayment, { reserved: 'PENDING' }],
  ['capturePayment', doCapture, { reserved: 'PROCESSING', declined: 'PROCESSING' }],
  [
    'refundPayment',
    refund,
    { reserved: 'PENDING', declined: 'PENDING', processing: 'PROCESSING', cancelled: 'CANCELLED' },
  ],
  ['shipOrder', doShip, { processing: 'SHIPPED' }],
  ['moveShipment', move, { shipped: 'SHIPPED' }],
  ['deliverOrder', doDeliver, { shipped: 'DELIVERED' }],
  [
    'requestCancellation',
    requestCancellation,
    {
      accepted: 'PENDING',
      'waiting for approval': 'PENDING',
      approved: 'PENDING',
      denied: 'PENDING',
      reserved: 'PENDING',
      declined: 'PENDING',
      processing: 'PROCESSING',
    },
  ],
  [
    'cancelOrder',
    cancel,
    {
      accepted: 'CANCELLED',
      'waiting for approval': 'CANCELLED',
      approved: 'CANCELLED',
      denied: 'CANCELLED',
      reserved: 'CANCELLED',
      declined: 'CANCELLED',
      processing: 'CANCELLED',
    },
  ],
];

const stateOf = async (id: string): Promise<ChangeResult> => {
  const order = (await findOrder(db, id))!;
  const { status, approval: decision, failureReason, version } = order;
  return { changed: false, status, approval: decision, failureReason, version };
};

describe.each(STATEMENTS)('%s', (_, statement, leaves) => {
  it.each(Object.keys(leaves))('changes an order that is %s, and a repeat of it changes nothing', async (stage) => {
    const id = await STAGES[stage]!();
    const result = await statement(id);
    expect(result).toEqual({ ...(await stateOf(id)), changed: true });
    expect(result.status).toBe(leaves[stage]);

    const before = await everything(db);
    expect(await statement(id)).toEqual({ ...result, changed: false });
    expect(await everything(db)).toEqual(before);
    expect(foldOrder(await findEvents(db, id))).toEqual(await findOrder(db, id));
  });

  it('changes nothing at all at every other stage, and says how the order stands', async () => {
    for (const stage of Object.keys(STAGES).filter((name) => !(name in leaves))) {
      const id = await STAGES[stage]!();
      const before = await everything(db);
      expect(await statement(id), stage).toEqual(await stateOf(id));
      expect(await everything(db), stage).toEqual(before);
    }
  });

  it('has one effect when it is asked for many times at once', async () => {
    const id = await STAGES[Object.keys(leaves)[0]!]!();
    const { version } = await stateOf(id);
    const results = await Promise.all(Array.from({ length: 8 }, () => statement(id)));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    const events = await findEvents(db, id);
    expect(events.length - version).toBe((await stateOf(id)).version - version);
    expect(foldOrder(events)).toEqual(await findOrder(db, id));
  });

  it('answers NOT_FOUND for an order that does not exist', async () => {
    await expect(statement('no-such-order')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('cancelling', () => {
  const stock = async () => (await db`select available, reserved from products where id = 'prod-001'`)[0];

  it.each(['reserved', 'declined', 'processing'])('an order that is %s gives its stock back', async (stage) => {
    const before = await stock();
    const id = await STAGES[stage]!();
    await cancel(id);
    expect(await stock()).toEqual(before);
    expect((await findEvents(db, id)).map(({ type }) => type).slice(-2)).toEqual(['StockReleased', 'OrderCancelled']);
  });

  it.each(['accepted', 'waiting for approval', 'denied'])(
    'an order that is %s has no stock to give back',
    async (stage) => {
      const before = await stock();
      const id = await STAGES[stage]!();
      await cancel(id);
      expect(await stock()).toEqual(before);
      expect((await findEvents(db, id)).map(({ type }) => type)).not.toContain('StockReleased');
    },
  );

  it('and capturing at the same time have one winner, and nothing is half done', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await acceptAs(db, 'RESERVED');
      const [cancelled, captured] = await Promise.all([cancel(id), capture(db, id)]);
      expect(cancelled.changed).toBe(true);
      const order = await findOrder(db, id);
      expect(order).toMatchObject({
        status: 'CANCELLED',
        payment: { status: captured.changed ? 'PAYMENT_COMPLETED' : 'PAYMENT_FAILED' },
      });
      expect(foldOrder(await findEvents(db, id))).toEqual(order);
    }
  });
});

describe('a failed attempt', () => {
  it('of a payment is counted with its words', async () => {
    const id = await acceptAs(db, 'RESERVED');
    expect(await payments.countFailedAttempt(db, paymentId(id), 'no answer')).toBe(1);
    expect(await payments.countFailedAttempt(db, paymentId(id), 'still none')).toBe(2);
    const [row] = await db`select failed_attempts, last_error from payments where order_id = ${id}`;
    expect(row).toEqual({ failed_attempts: 2, last_error: 'still none' });
  });

  it('of what does not exist counts as none', async () => {
    expect(await payments.countFailedAttempt(db, paymentId('no-such-order'), 'no answer')).toBe(0);
    expect(await shipments.countFailedBooking(db, paymentId('no-such-order'), 'no answer')).toBe(0);
  });
});

describe('news of the carrier', () => {
  const tell = (id: string, minute: number, parts: Partial<Parameters<typeof shipments.moveShipment>[2]>) =>
    shipments.moveShipment(db, id, {
      ...news,
      status: null,
      newsId: `news-${minute}`,
      occurredAt: `2026-01-01T10:0${minute}:00.000Z`,
      ...parts,
    });

  it('without a status or a place keep what is known', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await tell(id, 1, { location: 'Bonn', status: 'SHIPMENT_OUT_FOR_DELIVERY' });
    await tell(id, 2, { location: null, estimatedDelivery: '2026-03-01T00:00:00.000Z' });
    const order = await findOrder(db, id);
    expect(order?.shipment).toMatchObject({
      currentLocation: 'Bonn',
      status: 'SHIPMENT_OUT_FOR_DELIVERY',
      estimatedDelivery: '2026-03-01T00:00:00.000Z',
    });
    expect(foldOrder(await findEvents(db, id))).toEqual(order);
  });

  it('that are older than what is known change nothing', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await tell(id, 5, { location: 'Bonn' });
    expect(await tell(id, 4, { location: 'Cologne' })).toMatchObject({ changed: false });
    expect((await findOrder(db, id))?.shipment?.currentLocation).toBe('Bonn');
  });

  it('that come at the same time leave the newest known, whichever is written first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await acceptAs(db, 'SHIPPED');
      const minutes = round % 2 ? [1, 3, 2] : [3, 1, 2];
      await Promise.all(minutes.map((minute) => tell(id, minute, { location: `place ${minute}` })));
      const order = await findOrder(db, id);
      expect(order?.shipment?.currentLocation).toBe('place 3');
      expect(foldOrder(await findEvents(db, id))).toEqual(order);
    }
  });

  it('never move the status backwards', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await tell(id, 1, { status: 'SHIPMENT_OUT_FOR_DELIVERY' });
    await tell(id, 2, { status: 'SHIPMENT_IN_TRANSIT', location: 'Aachen' });
    const order = await findOrder(db, id);
    expect(order?.shipment).toMatchObject({ status: 'SHIPMENT_OUT_FOR_DELIVERY', currentLocation: 'Aachen' });
    expect(foldOrder(await findEvents(db, id))).toEqual(order);
  });
});
