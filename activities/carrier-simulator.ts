import { createHash } from 'node:crypto';
import type { Database } from '../db/client.ts';
import { draw } from './draw.ts';
import { type Booking, type Carrier, ProviderUnavailable } from './ports.ts';

const CARRIERS = ['Harbour Parcel', 'Northline', 'Swift Post'];

/** The built-in carrier. Its bookings stand in a ledger of its own (`simulator.carrier_bookings`). */
export function createCarrierSimulator(db: Database): Carrier {
  return {
    async book({ key, orderId, deliverBy }) {
      const carrier = CARRIERS[Math.floor(draw(orderId, 'carrier') * CARRIERS.length)] ?? CARRIERS[0];
      // Tracking numbers have 32 bits, so two orders may draw the same one; the next try draws another.
      for (let turn = 0; turn < 20; turn += 1) {
        const trackingNumber = makeTrackingNumber(orderId, turn);
        const [entry] = await db<(Booking & { outcome: string })[]>`
          with entered as (
            insert into simulator.carrier_bookings (key, order_id, tracking_number, carrier, outcome, estimated_delivery)
            values (${key}, ${orderId}, ${trackingNumber}, ${carrier ?? ''}, 'booked', ${deliverBy})
            on conflict do nothing returning *
          ), entry as (
            select * from entered union all select * from simulator.carrier_bookings where key = ${key}
          )
          select tracking_number as "trackingNumber", carrier, estimated_delivery as "estimatedDelivery", outcome
          from entry`;
        if (entry?.outcome === 'cancelled') throw new ProviderUnavailable(`carrier simulator: ${key} was cancelled`);
        if (entry) {
          const { outcome: _, ...booking } = entry;
          return booking;
        }
      }
      throw new ProviderUnavailable('carrier simulator: no tracking number is free');
    },

    async cancel(key) {
      await db`
        insert into simulator.carrier_bookings (key, order_id, tracking_number, carrier, outcome, estimated_delivery)
        values (${key}, ${key}, ${`cancelled-${key}`}, '', 'cancelled', now())
        on conflict (key) do update set outcome = 'cancelled'`;
    },
  };
}

function makeTrackingNumber(orderId: string, turn: number): string {
  const digest = createHash('sha256').update(`${orderId}|tracking|${turn}`).digest('hex');
  return `TRACK-${digest.slice(0, 8)}`;
}
