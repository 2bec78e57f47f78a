import { beforeEach, describe, expect, it } from 'vitest';
import { countAlerts, findUntoldAlerts, listAlerts, type OpenAlert, raiseAlerts } from '../../db/alerts.ts';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import { cancelOrder, decideApproval, requestApproval } from '../../db/orders.ts';
import { delayPayment } from '../../db/payments.ts';
import { moveShipment } from '../../db/shipments.ts';
import type { AlertLimits } from '../../domain/alert.ts';
import type { EventType } from '../../domain/events.ts';
import { foldOrder } from '../../domain/fold.ts';
import { paymentId } from '../../domain/ids.ts';
import { openSession } from '../events/following.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, capture } from './order-fixture.ts';

const { db, url } = await createTestDatabase();
const PATIENT: AlertLimits = { stuckAfterMs: 3_600_000, paymentStuckAfterMs: 3_600_000, problematicChanges: 100 };
const now = (parts: Partial<AlertLimits>): AlertLimits => ({ ...PATIENT, ...parts });
const STUCK_AT_ONCE = now({ stuckAfterMs: 0 });

// Each test looks at the open orders of its own.
beforeEach(async () => {
  const open = await db<{ id: string }[]>`select id from orders where status in ('PENDING', 'PROCESSING', 'SHIPPED')`;
  for (const { id } of open) {
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
    await db`update orders set status = 'DELIVERED' where id = ${id} and status = 'SHIPPED'`;
  }
});

const list = (limits: AlertLimits) => listAlerts(db, limits, { limit: 100 });
const reasonsOf = (alerts: readonly OpenAlert[]) => alerts.map(({ orderId, reason }) => `${orderId} ${reason}`).sort();
const momentOf = async (id: string, type: EventType) =>
  (await findEvents(db, id)).find((event) => event.type === type)?.occurredAt;
const raise = (alerts: readonly OpenAlert[]) =>
  raiseAlerts(
    db,
    alerts.map((alert) => ({ ...alert, details: 'look at it' })),
  );
const raiseNew = async (limits: AlertLimits) => raise(await findUntoldAlerts(db, limits, { limit: 100 }));
const move = (id: string, newsId: string) =>
  moveShipment(db, id, {
    newsId,
    location: newsId,
    status: null,
    estimatedDelivery: null,
    occurredAt: new Date().toISOString(),
  });

async function acceptWaiting(): Promise<string> {
  const id = await accept(db);
  await requestApproval(db, id, { limit: 1, expires_at: '2026-01-01T00:00:00.000Z' });
  return id;
}

describe('an order', () => {
  it('is stuck when it is open and in one status for longer than the limit', async () => {
    const ids = [await accept(db), await acceptAs(db, 'PROCESSING'), await acceptAs(db, 'SHIPPED')];
    await acceptAs(db, 'DELIVERED');
    await cancelOrder(db, await accept(db), 'CANCELLED_ON_REQUEST', null);
    const found = await list(STUCK_AT_ONCE);
    expect(reasonsOf(found)).toEqual(ids.map((id) => `${id} STUCK`).sort());
    expect(await list(PATIENT)).toEqual([]);
    const order = (await findOrder(db, ids[1]!))!;
    expect(found.find(({ orderId }) => orderId === ids[1])).toEqual({
      reason: 'STUCK',
      orderId: ids[1],
      customerId: 'customer-001',
      orderStatus: 'PROCESSING',
      version: order.version,
      since: order.statusSince,
      seconds: expect.any(Number) as number,
      raisedAt: null,
    });
  });

  it('that waits for a person is not stuck but awaits approval, since it was asked for', async () => {
    const id = await acceptWaiting();
    const [alert, ...others] = await list(STUCK_AT_ONCE);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ orderId: id, reason: 'AWAITING_APPROVAL' });
    expect(alert?.since).toBe(await momentOf(id, 'ApprovalRequested'));
  });

  it('is stuck only as long after the decision, however long the person took', async () => {
    const id = await acceptWaiting();
    await db`update orders set status_since = now() - interval '2 hours' where id = ${id}`;
    await decideApproval(db, id, 'APPROVED', null);
    expect(await list(PATIENT)).toEqual([]);
    expect(await list(STUCK_AT_ONCE)).toMatchObject([{ reason: 'STUCK', since: await momentOf(id, 'OrderApproved') }]);
  });

  it('has its payment stuck while the provider does not answer', async () => {
    const limits = now({ paymentStuckAfterMs: 0 });
    const id = await acceptAs(db, 'RESERVED');
    expect(await list(limits)).toEqual([]);
    await delayPayment(db, id, paymentId(id));
    const since = await momentOf(id, 'PaymentDelayed');
    expect(await list(limits)).toMatchObject([{ orderId: id, reason: 'PAYMENT_STUCK', since }]);
    expect(await list(PATIENT)).toEqual([]);
    await capture(db, id);
    expect(await list(limits)).toEqual([]);
  });

  it('is problematic with more events than the limit, of which alerts are none', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    const limits = now({ problematicChanges: 4 });
    await raiseNew(STUCK_AT_ONCE);
    expect(await findOrder(db, id)).toMatchObject({ version: 5 });
    expect(await list(limits)).toEqual([]);
    await move(id, 'hub');
    const since = await momentOf(id, 'ShipmentMoved');
    await move(id, 'street');
    expect(await list(limits)).toMatchObject([{ orderId: id, reason: 'PROBLEMATIC', since }]);
  });
});

describe('alerts', () => {
  it('are told once for each order and reason, without another status, and fold to the row', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    const limits = now({ stuckAfterMs: 0, problematicChanges: 1 });
    const before = (await findOrder(db, id))!;
    expect(await raiseNew(limits)).toBe(2);
    expect(await raiseNew(limits)).toBe(0);

    const events = await findEvents(db, id);
    expect(events.slice(3).map(({ version, type, data }) => ({ version, type, data }))).toEqual(
      ['PROBLEMATIC', 'STUCK'].map((reason, place) => ({
        version: 4 + place,
        type: 'AlertRaised',
        data: { reason, order_status: 'PROCESSING', seconds: expect.any(Number) as number, details: 'look at it' },
      })),
    );
    const after = await findOrder(db, id);
    expect(after).toEqual(foldOrder(events));
    expect(after).toEqual({ ...before, version: 5, updatedAt: events.at(-1)!.occurredAt });
    for (const alert of await list(limits)) expect(alert.raisedAt).toBe(events.at(-1)!.occurredAt);
  });

  it('are told once where several tell them at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => accept(db)));
    const found = await findUntoldAlerts(db, STUCK_AT_ONCE, { limit: 100 });
    expect(found).toHaveLength(ids.length);
    const told = await Promise.all([raise(found), raise(found.toReversed()), raise(found)]);
    expect(told[0] + told[1] + told[2]).toBe(ids.length);
    for (const id of ids)
      expect((await findEvents(db, id)).map(({ type }) => type)).toEqual(['OrderCreated', 'AlertRaised']);
  });

  it('are not told of an order that has changed since it was looked at', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const found = await findUntoldAlerts(db, STUCK_AT_ONCE, { limit: 100 });
    await capture(db, id);
    expect(await raise(found)).toBe(0);
    expect(await findOrder(db, id)).toMatchObject({ version: 3 });
  });

  it('do not wait for an order that is being changed', async () => {
    const [busy, free] = [await accept(db), await accept(db)];
    const session = await openSession(url);
    await session`begin`;
    await session`select from orders where id = ${busy} for update`;
    expect(await raiseNew(STUCK_AT_ONCE)).toBe(1);
    expect(await findOrder(db, free)).toMatchObject({ version: 2 });
    await session`rollback`;
    expect(await raiseNew(STUCK_AT_ONCE)).toBe(1);
  });

  it('are listed a page at a time and counted, by reason and by customer', async () => {
    const ids: string[] = [];
    for (const customerId of ['one', 'other', 'one', 'other', 'one']) ids.push(await accept(db, { customerId }));
    const limits = now({ stuckAfterMs: 0, problematicChanges: 0 });
    const seen: OpenAlert[] = [];
    for (;;) {
      const page = await listAlerts(db, limits, { after: seen.at(-1), limit: 3 });
      seen.push(...page);
      if (page.length < 3) break;
    }
    expect(reasonsOf(seen)).toEqual(ids.flatMap((id) => [`${id} PROBLEMATIC`, `${id} STUCK`]).sort());
    const ofOne = await listAlerts(db, limits, { customerId: 'one', reasons: ['STUCK'], limit: 100 });
    expect(ofOne.map(({ orderId }) => orderId)).toEqual([ids[0], ids[2], ids[4]]);
    const counts = await countAlerts(db, limits, { customerId: 'other' });
    expect([...counts].sort((a, b) => a.reason.localeCompare(b.reason))).toEqual([
      { reason: 'PROBLEMATIC', count: 2 },
      { reason: 'STUCK', count: 2 },
    ]);
  });
});

describe('the views of problems', () => {
  it('problematic_orders has orders with more than 10 events, open or settled', async () => {
    const many = await acceptAs(db, 'SHIPPED');
    for (let news = 1; news <= 6; news += 1) await move(many, `place ${news}`);
    await raiseNew(STUCK_AT_ONCE);
    expect(await db`select from problematic_orders`).toHaveLength(0);
    await move(many, 'place 7');
    expect([...(await db`select id, status, changes from problematic_orders`)]).toEqual([
      { id: many, status: 'SHIPPED', changes: 11 },
    ]);
  });

  it('stuck_orders says since when, apart from the time that a person took', async () => {
    const id = await acceptWaiting();
    await decideApproval(db, id, 'APPROVED', null);
    await db`update orders set status_since = now() - interval '2 hours' where id = ${id}`;
    expect(await db`select from stuck_orders`).toHaveLength(0);
  });
});
