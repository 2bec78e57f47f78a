import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../domain/fold.ts';
import { tellHistory } from '../../domain/history.ts';
import { orderEvents } from './order-events.ts';

describe('the history of any order', () => {
  it('has an entry for each event, with the status before and after it', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const history = tellHistory(events);
        expect(history.map(({ event }) => event)).toEqual(events);
        history.forEach(({ previousStatus, status }, place) => {
          expect(previousStatus).toBe(foldOrder(events.slice(0, place))?.status ?? null);
          expect(status).toBe(foldOrder(events.slice(0, place + 1))?.status);
        });
      }),
    );
  });

  it('tells why an order was cancelled, in the words that were said or else by the failure reason', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const last = tellHistory(events).at(-1)!;
        fc.pre(last.event.type === 'OrderCancelled');
        const order = foldOrder(events)!;
        expect(last.reason).toBe(order.statusDetails ?? order.failureReason);
      }),
    );
  });

  it('gives no reason for what needs none', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        for (const { event, reason } of tellHistory(events))
          if (['OrderCreated', 'StockReserved', 'StockReleased', 'PaymentRefunded'].includes(event.type))
            expect(reason).toBeNull();
      }),
    );
  });

  it('tells why an order was moved forward before its time', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        for (const { event, reason } of tellHistory(events))
          if (
            event.type === 'PaymentAuthorized' ||
            event.type === 'ShippingScheduled' ||
            event.type === 'OrderDelivered'
          )
            expect(reason).toBe(event.data.details);
      }),
    );
  });

  it('is empty where there are no events', () => {
    expect(tellHistory([])).toEqual([]);
  });
});
