import { describe, expect, it } from 'vitest';
import { findEvents, findOrder, findOrderOfShipment } from '../../db/order-reads.ts';
import { foldOrder } from '../../domain/fold.ts';
import { shipmentId } from '../../domain/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { acceptAs, deliver } from './order-fixture.ts';

const { db } = await createTestDatabase();

describe('one order', () => {
  it('is found with its payment and its shipment, by its id and by its shipment', async () => {
    const id = await acceptAs(db, 'DELIVERED');
    const order = await findOrder(db, id);
    expect(order).toMatchObject({
      id,
      payment: { status: 'PAYMENT_COMPLETED', amountMinor: 3998, method: 'CREDIT_CARD' },
      shipment: { status: 'SHIPMENT_DELIVERED', carrier: 'Northline', estimatedDelivery: '2026-02-01T10:00:00.000Z' },
    });
    expect(await findOrderOfShipment(db, shipmentId(id))).toEqual(order);
  });

  it('has no shipment before one is booked', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    expect((await findOrder(db, id))?.shipment).toBeNull();
  });

  it('is not found where it does not exist', async () => {
    expect(await findOrder(db, 'no-such-order')).toBeUndefined();
    expect(await findOrderOfShipment(db, shipmentId('no-such-order'))).toBeUndefined();
    expect(await findEvents(db, 'no-such-order')).toHaveLength(0);
  });
});

describe('the events of an order', async () => {
  const id = await acceptAs(db, 'SHIPPED');
  const before = (await findOrder(db, id))!;
  await deliver(db, id);

  it('rebuild it as it stood at any version', async () => {
    const statuses = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (version) => foldOrder(await findEvents(db, id, { version }))?.status),
    );
    expect(statuses).toEqual([undefined, 'PENDING', 'PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED']);
    expect(foldOrder(await findEvents(db, id, { version: 4 }))).toEqual(before);
  });

  it('rebuild it as it stood at any moment', async () => {
    const events = await findEvents(db, id);
    for (const { occurredAt } of events) {
      const known = events.filter((event) => event.occurredAt <= occurredAt);
      expect([...(await findEvents(db, id, { time: occurredAt }))]).toEqual(known);
    }
    expect(await findEvents(db, id, { time: '2020-01-01T00:00:00.000Z' })).toHaveLength(0);
  });

  it('go on after a version', async () => {
    expect((await findEvents(db, id, { after: 3 })).map(({ version }) => version)).toEqual([4, 5]);
  });
});
