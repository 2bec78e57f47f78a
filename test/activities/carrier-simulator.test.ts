import { describe, expect, it } from 'vitest';
import { createCarrierSimulator } from '../../activities/carrier-simulator.ts';
import { ProviderUnavailable } from '../../activities/ports.ts';
import { idempotencyKey, makeOrderId } from '../../domain/ids.ts';
import { createTestDatabase } from '../support/database.ts';

const { db } = await createTestDatabase();
const carrier = createCarrierSimulator(db);
const never = new AbortController().signal;
const deliverBy = '2026-02-01T10:00:00.000Z';
const book = (orderId: string) => carrier.book({ key: idempotencyKey(orderId, 'booking'), orderId, deliverBy }, never);
const cancel = (orderId: string) => carrier.cancel(idempotencyKey(orderId, 'booking'), never);

describe('a booking', () => {
  it('has a tracking number, a carrier and the delivery that was asked for', async () => {
    const booking = await book(makeOrderId());
    expect(booking.trackingNumber).toMatch(/^TRACK-[0-9a-f]{8}$/);
    expect(booking.carrier).not.toBe('');
    expect(booking.estimatedDelivery).toBe(deliverBy);
  });

  it('is the same however often it is asked for, also by many at once', async () => {
    const id = makeOrderId();
    const bookings = await Promise.all(Array.from({ length: 20 }, () => book(id)));
    bookings.push(await book(id));
    expect(new Set(bookings.map((booking) => JSON.stringify(booking))).size).toBe(1);
    expect(await db`select from simulator.carrier_bookings where order_id = ${id}`).toHaveLength(1);
  });

  it('keeps its first delivery when another is asked for under its key', async () => {
    const orderId = makeOrderId();
    const first = await book(orderId);
    const request = { key: idempotencyKey(orderId, 'booking'), orderId, deliverBy: '2027-01-01T00:00:00.000Z' };
    expect(await carrier.book(request, never)).toEqual(first);
  });

  it('has a tracking number of its own', async () => {
    const bookings = await Promise.all(Array.from({ length: 100 }, () => book(makeOrderId())));
    expect(new Set(bookings.map(({ trackingNumber }) => trackingNumber)).size).toBe(100);
  });

  it('draws another tracking number where its own is taken', async () => {
    const id = makeOrderId();
    const { trackingNumber } = await book(id);
    await db`update simulator.carrier_bookings set key = 'another', order_id = 'another' where order_id = ${id}`;
    const again = await book(id);
    expect(again.trackingNumber).toMatch(/^TRACK-[0-9a-f]{8}$/);
    expect(again.trackingNumber).not.toBe(trackingNumber);
    expect(await book(id)).toEqual(again);
  });
});

describe('a booking that was cancelled', () => {
  it('is refused from then on, whether it was made before or not', async () => {
    const made = makeOrderId();
    await book(made);
    const unmade = makeOrderId();
    for (const id of [made, unmade]) {
      await cancel(id);
      await cancel(id);
      await expect(book(id)).rejects.toBeInstanceOf(ProviderUnavailable);
      const rows = await db`
        select outcome from simulator.carrier_bookings where key = ${idempotencyKey(id, 'booking')}`;
      expect([...rows]).toEqual([{ outcome: 'cancelled' }]);
    }
  });
});
