import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../domain/fold.ts';
import { PUBLICATIONS, VIEW_STATUSES } from '../../domain/published-events.ts';
import { foldStatusView, ORDER_STATUS_IN_VIEW, parseViewStatus } from '../../domain/status-view.ts';
import { orderEvents } from './order-events.ts';

describe('the order status view of any events', () => {
  it('stands where the last event with a status left it, and agrees with the order', () => {
    fc.assert(
      fc.property(orderEvents, ({ events }) => {
        const view = foldStatusView(events)!;
        const order = foldOrder(events)!;
        expect(order.status).toBe(ORDER_STATUS_IN_VIEW[view.status]);
        const leading = events.filter(({ type }) => PUBLICATIONS[type].viewStatus !== null);
        expect(view).toMatchObject({
          status: PUBLICATIONS[leading.at(-1)!.type].viewStatus,
          totalStatusChanges: leading.length,
          statusSince: leading.at(-1)!.occurredAt,
          lastUpdated: order.updatedAt,
        });
      }),
    );
  });

  it('is none where there are no events', () => {
    expect(foldStatusView([])).toBeUndefined();
  });
});

it('statuses are read in any letter case', () => {
  for (const status of VIEW_STATUSES) expect(parseViewStatus(` ${status.toLowerCase()} `)).toBe(status);
  expect(parseViewStatus('PENDING')).toBeUndefined();
});
