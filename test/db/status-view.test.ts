import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEvents } from '../../db/order-reads.ts';
import { findStatusView, listStatusViews, summariseStatusViews } from '../../db/status-view.ts';
import { EVENT_TYPES } from '../../domain/events.ts';
import { PUBLICATIONS, VIEW_STATUSES } from '../../domain/published-events.ts';
import { foldStatusView } from '../../domain/status-view.ts';
import { createTestDatabase } from '../support/database.ts';
import { live, life } from './random-lives.ts';

const { db } = await createTestDatabase();

describe('changes_view_status() in SQL', () => {
  it('knows the events that the domain publishes with a status', async () => {
    for (const type of EVENT_TYPES) {
      const [row] = await db`select changes_view_status(${type}) as changes`;
      expect([type, row?.changes]).toEqual([type, PUBLICATIONS[type].viewStatus !== null]);
    }
  });
});

describe('the order status view of any lives', () => {
  it('is the fold of their events, for each order, each status and in sum', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 12, maxLength: 20 }), async (lives) => {
        const ids = await live(db, lives);
        for (const id of ids) {
          const view = await findStatusView(db, id);
          const { secondsInCurrentState, createdAt, ...told } = view!;
          expect(told).toEqual(foldStatusView(await findEvents(db, id)));
          expect(secondsInCurrentState).toBeGreaterThanOrEqual(0);
          expect(createdAt <= told.statusSince).toBe(true);
        }
        await expectFiltersAndSummary();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

async function expectFiltersAndSummary(): Promise<void> {
  const all = await listStatusViews(db, { limit: 10_000 });
  const summary = await summariseStatusViews(db);
  expect(summary.map(({ status }) => status).toSorted()).toEqual(VIEW_STATUSES.toSorted());
  for (const { status, orders, percentage } of summary) {
    const ofStatus = all.filter((view) => view.status === status);
    expect(await listStatusViews(db, { statuses: [status], limit: 10_000 })).toMatchObject(
      ofStatus.map(({ orderId }) => ({ orderId })),
    );
    expect(orders).toBe(ofStatus.length);
    expect(percentage).toBeCloseTo((100 * orders) / all.length, 1);
  }
}

describe('the summary of nothing', () => {
  it('has every status with none', async () => {
    const empty = await createTestDatabase();
    expect(await summariseStatusViews(empty.db)).toEqual(
      expect.arrayContaining(VIEW_STATUSES.map((status) => ({ status, orders: 0, percentage: 0 }))),
    );
  });
});
