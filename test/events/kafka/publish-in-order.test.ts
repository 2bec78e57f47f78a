import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Outgoing, publishInOrder } from '../../../events/kafka/publish-in-order.ts';

const outgoing = (orderId: string, version: number): Outgoing => ({
  eventId: `${orderId} ${version}`,
  orderId,
  record: { topic: `topic-${version % 3}`, key: orderId, value: `${orderId} ${version}`, headers: {} },
});

it('sends nothing that follows a refused event of its order, and everything else in the order of each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }),
      fc.array(fc.constantFrom<string>('a 1', 'b 2', 'c 3', 'd 1'), { maxLength: 3 }),
      async (orders, refused) => {
        const items = orders.map((orderId, place) =>
          outgoing(orderId, orders.slice(0, place + 1).filter((each) => each === orderId).length),
        );
        const sent: string[] = [];
        const refusals = await publishInOrder(items, {
          firstDelayMs: 0,
          signal: new AbortController().signal,
          send: (records) => {
            const values = records.map(({ value }) => String(value));
            const isRefused = values.some((value) => refused.includes(value));
            if (!isRefused) sent.push(...values);
            return isRefused ? Promise.reject(new Error('too large')) : Promise.resolve();
          },
        });
        const held = refusals.flatMap(({ item, followers }) => [item, ...followers].map(({ eventId }) => eventId));
        const ids = items.map(({ eventId }) => eventId);
        expect([...sent, ...held].sort()).toEqual([...ids].sort());
        expect(refusals.map(({ item }) => item.eventId).sort()).toEqual(
          [...new Set(refused)].filter((id) => ids.includes(id)).sort(),
        );
        for (const orderId of new Set(orders)) {
          const versions = sent.filter((id) => id.startsWith(orderId)).map((id) => Number(id.slice(2)));
          expect(versions).toEqual(versions.map((_, place) => place + 1));
        }
      },
    ),
  );
});
