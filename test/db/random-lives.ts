/** Orders that go through anything that the statements allow, for properties of what is made of rows and events. */
import fc from 'fast-check';
import { findUntoldAlerts, raiseAlerts } from '../../db/alerts.ts';
import type { Database } from '../../db/client.ts';
import { cancelOrder, decideApproval, requestApproval, requestCancellation } from '../../db/orders.ts';
import { delayPayment, failPayment, refundPayment } from '../../db/payments.ts';
import { moveShipment } from '../../db/shipments.ts';
import { reserveStock } from '../../db/stock.ts';
import { describeAlert } from '../../domain/alert.ts';
import { paymentId } from '../../domain/ids.ts';
import { accept, capture, deliver, ship, stockProduct } from './order-fixture.ts';

/** Limits that every open order is beyond at once. */
export const NO_PATIENCE = { stuckAfterMs: 0, paymentStuckAfterMs: 0, problematicChanges: 3 };

type Command = (db: Database, id: string, draw: number) => Promise<unknown>;

const COMMANDS = {
  requestApproval: (db, id) => requestApproval(db, id, { limit: 1, expires_at: '2026-01-01T00:00:00.000Z' }),
  approve: (db, id) => decideApproval(db, id, 'APPROVED', 'fine'),
  deny: (db, id) => decideApproval(db, id, 'DENIED', 'no'),
  reserve: (db, id) => reserveStock(db, id),
  delayPayment: (db, id) => delayPayment(db, id, paymentId(id)),
  failPayment: (db, id) => failPayment(db, id, paymentId(id), 'declined'),
  capture: (db, id) => capture(db, id),
  refund: (db, id) => refundPayment(db, id, { id: paymentId(id), amountMinor: 1 }),
  ship: (db, id) => ship(db, id),
  move: (db, id, draw) =>
    moveShipment(db, id, {
      newsId: `news-${draw}`,
      location: `place ${draw}`,
      status: draw % 2 ? 'SHIPMENT_IN_TRANSIT' : 'SHIPMENT_OUT_FOR_DELIVERY',
      estimatedDelivery: draw % 3 ? null : '2026-02-02T10:00:00.000Z',
      occurredAt: `2026-01-01T10:${String(draw).padStart(2, '0')}:00.000Z`,
    }),
  deliver: (db, id) => deliver(db, id),
  requestCancellation: (db, id) => requestCancellation(db, id, 'CANCELLED_ON_REQUEST', 'changed my mind'),
  cancel: (db, id, draw) => cancelOrder(db, id, 'CANCELLED_ON_REQUEST', draw % 2 ? 'enough' : null),
  raiseAlerts: async (db) => {
    const alerts = await findUntoldAlerts(db, NO_PATIENCE, { limit: 100 });
    await raiseAlerts(
      db,
      alerts.map((alert) => ({ ...alert, details: describeAlert(alert, NO_PATIENCE) })),
    );
  },
} satisfies Record<string, Command>;
const NAMES = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];

/** What happens to an order, one after the other; what leads on stands more often, so that orders also come far. */
export const life = fc.array(
  fc.record({
    command: fc.constantFrom(...NAMES, 'reserve', 'reserve', 'capture', 'capture', 'ship', 'ship', 'deliver'),
    draw: fc.nat(59),
  }),
  { minLength: 0, maxLength: 12 },
);
export type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

/** Accepts an order for each life, with stock that is short for some, and lets all of them live at once; answers their ids. */
export async function live(db: Database, lives: readonly Life[]): Promise<string[]> {
  const product = await stockProduct(db, { available: lives.length });
  return Promise.all(
    lives.map(async (steps, place) => {
      const id = await accept(db, { lines: [{ productId: product, quantity: 1 + (place % 3) }] });
      for (const { command, draw } of steps) await COMMANDS[command](db, id, draw);
      return id;
    }),
  );
}
