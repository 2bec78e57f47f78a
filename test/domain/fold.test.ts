import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderEvent } from '../../domain/events.ts';
import { applyEvent, foldOrder } from '../../domain/fold.ts';
import { paymentId, shipmentId } from '../../domain/ids.ts';
import { isAllowed } from '../../domain/order-status.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';
import { makeEvent, orderEvents } from './order-events.ts';

/** The order after each of its events. */
const statesOf = (events: readonly OrderEvent[]) => events.map((_, place) => foldOrder(events.slice(0, place + 1))!);

describe('the fold of any sequence of events that can be written', () => {
  it('stands where the last event left the order', () => {
    fc.assert(
      fc.property(orderEvents, ({ events, model }) => {
        expect(foldOrder(events)).toMatchObject({
          status: model.status,
          approval: model.approval,
          version: events.length,
          createdAt: events[0]!.occurredAt,
          updatedAt: events.at(-1)!.occurredAt,
        });
      }),
    );
  });

  it('moves only along allowed transitions, and says since when the order is in its status', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const states = statesOf(events);
        states.slice(1).forEach((state, place) => {
          const before = states[place]!;
          const hasMoved = state.status !== before.status;
          if (hasMoved) expect(isAllowed(before.status, state.status)).toBe(true);
          expect(state.statusSince).toBe(hasMoved ? state.updatedAt : before.statusSince);
        });
      }),
    );
  });

  it('names a failure reason where the order is cancelled, and only there', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        for (const { status, failureReason } of statesOf(events))
          expect(failureReason !== null).toBe(status === 'CANCELLED');
      }),
    );
  });

  it('has a payment from the reservation on, a shipment from the booking on, and no payment under way at the end', () => {
    fc.assert(
      fc.property(orderEvents, ({ events, model }) => {
        const order = foldOrder(events)!;
        expect(order.payment !== null).toBe(model.isReserved);
        expect(order.shipment !== null).toBe(events.some(({ type }) => type === 'ShippingScheduled'));
        if (order.status === 'CANCELLED')
          expect(['PAYMENT_PENDING', 'PAYMENT_PROCESSING']).not.toContain(order.payment?.status);
        if (order.status === 'DELIVERED') expect(order.shipment?.status).toBe('SHIPMENT_DELIVERED');
      }),
    );
  });

  it('never moves the shipment backwards', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const ranks = statesOf(events).flatMap(({ shipment }) =>
          shipment ? [SHIPMENT_STATUSES.indexOf(shipment.status)] : [],
        );
        expect(ranks.toSorted((one, other) => one - other)).toEqual(ranks);
      }),
    );
  });

  it('can be taken up at any version', () => {
    fc.assert(
      fc.property(orderEvents, fc.nat(), ({ events }, cut) => {
        const first = foldOrder(events.slice(0, cut % (events.length + 1)));
        expect(events.slice(first?.version ?? 0).reduce(applyEvent, first!)).toEqual(foldOrder(events));
      }),
    );
  });

  it('changes neither the events nor the orders it passed', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const before = structuredClone(events);
        const first = foldOrder(events.slice(0, 1))!;
        const copy = structuredClone(first);
        events.slice(1).reduce(applyEvent, first);
        expect(events).toEqual(before);
        expect(first).toEqual(copy);
      }),
    );
  });
});

describe('a log with a fault', () => {
  it('is refused where an event is missing', () => {
    fc.assert(
      fc.property(orderEvents, fc.nat(), ({ events }, place) => {
        fc.pre(events.length > 1);
        const gap = events.toSpliced(place % (events.length - 1), 1);
        expect(() => foldOrder(gap)).toThrow(/order order-1: version \d+ follows \d+/);
      }),
    );
  });

  it('is refused where an event stands twice', () => {
    fc.assert(
      fc.property(orderEvents, fc.nat(), ({ events }, draw) => {
        const place = draw % events.length;
        expect(() => foldOrder(events.toSpliced(place, 0, events[place]!))).toThrow(/version \d+ follows \d+/);
      }),
    );
  });

  it('is refused where it does not begin with the acceptance, or holds it twice', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const [acceptance] = events as [OrderEvent];
        const other = makeEvent(1, 'OrderDelivered', { shipment_id: shipmentId('order-1'), details: null });
        expect(() => foldOrder([other])).toThrow('order order-1 begins with OrderDelivered');
        const again = { ...acceptance, version: events.length + 1 };
        expect(() => foldOrder([...events, again])).toThrow('order order-1 is created twice');
      }),
    );
  });

  it('is no order where it is empty', () => {
    expect(foldOrder([])).toBeUndefined();
  });
});

describe('a declined payment', () => {
  const declined = [
    makeEvent(1, 'OrderCreated', {
      customer_id: 'customer-001',
      payment_method: 'DIGITAL_WALLET',
      currency: 'USD',
      total_minor: 3998,
      items: [{ product_id: 'mug', quantity: 2, unit_price_minor: 1999 }],
    }),
    makeEvent(2, 'StockReserved', { payment_id: paymentId('order-1') }),
    makeEvent(3, 'PaymentFailed', { payment_id: paymentId('order-1'), reason: 'the card was declined' }),
    makeEvent(4, 'OrderCancelled', { failure_reason: 'PAYMENT_DECLINED', details: 'the card was declined' }),
  ];

  it('leaves a cancelled order with the reason and the failed payment', () => {
    expect(foldOrder(declined)).toEqual({
      id: 'order-1',
      customerId: 'customer-001',
      status: 'CANCELLED',
      totalMinor: 3998,
      currency: 'USD',
      paymentMethod: 'DIGITAL_WALLET',
      lines: [{ productId: 'mug', quantity: 2, unitPriceMinor: 1999 }],
      approval: 'NOT_REQUIRED',
      failureReason: 'PAYMENT_DECLINED',
      statusDetails: 'the card was declined',
      statusSince: '2026-01-01T00:00:00.000Z',
      version: 4,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      payment: { id: paymentId('order-1'), status: 'PAYMENT_FAILED', amountMinor: 3998, method: 'DIGITAL_WALLET' },
      shipment: null,
    });
  });
});
