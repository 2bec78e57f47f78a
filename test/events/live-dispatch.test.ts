import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventFilter } from '../../db/filtered-log.ts';
import type { LoggedEvent } from '../../db/log.ts';
import { createDispatch } from '../../events/live-dispatch.ts';

const TYPES = ['OrderCreated', 'OrderDelivered', 'OrderCancelled'] as const;

const event = fc.record({
  orderId: fc.constantFrom('o1', 'o2', 'o3'),
  customerId: fc.constantFrom('c1', 'c2'),
  type: fc.constantFrom(...TYPES),
}) as fc.Arbitrary<LoggedEvent>;

const filter: fc.Arbitrary<EventFilter> = fc.record(
  {
    orderId: fc.constantFrom('o1', 'o2', 'o3'),
    customerId: fc.constantFrom('c1', 'c2'),
    types: fc.subarray([...TYPES]),
  },
  { requiredKeys: [] },
);

const isFor = (
  { orderId, customerId, types }: EventFilter,
  { orderId: order, customerId: customer, type }: LoggedEvent,
) => (orderId ?? order) === order && (customerId ?? customer) === customer && (types ?? [type]).includes(type);

it('everybody gets the events that pass the filter, in order, until they leave', () => {
  fc.assert(
    fc.property(fc.array(filter), fc.array(event), fc.array(event), (filters, first, second) => {
      const dispatch = createDispatch();
      const seats = filters.map((own, place) => {
        const heard: LoggedEvent[] = [];
        return { own, heard, leave: dispatch.add(own, (each) => heard.push(each)), stays: place % 2 === 0 };
      });
      first.forEach(dispatch.hand);
      seats.filter(({ stays }) => !stays).forEach(({ leave }) => leave());
      second.forEach(dispatch.hand);
      for (const { own, heard, stays } of seats)
        expect(heard).toEqual([...first, ...(stays ? second : [])].filter((each) => isFor(own, each)));
      seats.forEach(({ leave }) => leave());
      expect(dispatch.isEmpty()).toBe(true);
    }),
  );
});
