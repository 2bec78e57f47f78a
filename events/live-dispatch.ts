/** Who wants which event: found by order and by customer, so that thousands can listen. */
import type { EventFilter } from '../db/filtered-log.ts';
import type { LoggedEvent } from '../db/log.ts';

/** Is called for each event that it wants; it must not throw. */
export type Listener = (event: LoggedEvent) => void;

/** Hands events to those who want them. */
export interface Dispatch {
  /** Adds a listener; the answered function takes it away. */
  readonly add: (filter: EventFilter, listener: Listener) => () => void;
  /** Calls everybody who wants this event. */
  readonly hand: Listener;
  isEmpty(): boolean;
}

interface Seat {
  readonly filter: EventFilter;
  readonly listener: Listener;
}

/** Makes a dispatch without listeners. */
export function createDispatch(): Dispatch {
  const byOrder = new Map<string, Set<Seat>>();
  const byCustomer = new Map<string, Set<Seat>>();
  const others = new Set<Seat>();

  return {
    add(filter, listener) {
      const seat = { filter, listener };
      if (filter.orderId !== undefined) return take(byOrder, filter.orderId, seat);
      if (filter.customerId !== undefined) return take(byCustomer, filter.customerId, seat);
      others.add(seat);
      return () => void others.delete(seat);
    },
    hand(event) {
      for (const seats of [byOrder.get(event.orderId), byCustomer.get(event.customerId), others])
        for (const { filter, listener } of seats ?? []) if (matches(filter, event)) listener(event);
    },
    isEmpty: () => byOrder.size === 0 && byCustomer.size === 0 && others.size === 0,
  };
}

/** Whether an event is all of what a filter says. */
export function matches({ orderId, customerId, types }: EventFilter, event: LoggedEvent): boolean {
  return (
    (orderId === undefined || orderId === event.orderId) &&
    (customerId === undefined || customerId === event.customerId) &&
    (types === undefined || types.includes(event.type))
  );
}

function take(places: Map<string, Set<Seat>>, key: string, seat: Seat): () => void {
  const seats = places.get(key) ?? new Set();
  places.set(key, seats.add(seat));
  return () => {
    seats.delete(seat);
    if (seats.size === 0 && places.get(key) === seats) places.delete(key);
  };
}
