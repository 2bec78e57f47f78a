/** Rules about what was promised to customers. */
import type { CustomerLedger } from '../customers/customer.ts';
import { groupBy, type Rule } from './evidence.ts';

/** Every order that a customer saw accepted is in the books, as it was ordered. */
export const nothingLost: Rule = {
  name: '0 accepted orders are lost',
  check: ({ customers, books }) => {
    const orders = new Map(books.orders.map((order) => [order.id, order]));
    return customers.flatMap(({ customerId, accepted, lines }) =>
      accepted.flatMap(({ id, totalMinor }) => {
        const order = orders.get(id);
        if (!order) return [`${customerId} was told that ${id} is accepted; it is not in the books`];
        const isTheirs = order.customerId === customerId && order.totalMinor === totalMinor;
        return isTheirs && sameLines(order.lines, lines) ? [] : [`${id} is not as ${customerId} ordered it`];
      }),
    );
  },
};

/** However often a customer sends an order, there is one; and there is none that nobody sent. */
export const nothingDoubled: Rule = {
  name: 'a repeat makes no second order',
  check: ({ customers, books }) => {
    const known = new Set(customers.map(({ customerId }) => customerId));
    const told = customers.flatMap(({ customerId, accepted }) => {
      const ids = new Set(accepted.map(({ id }) => id));
      return ids.size > 1 ? [`${customerId} was told of ${[...ids].join(' and ')} for one order`] : [];
    });
    const stored = [...groupBy(books.orders, ({ customerId }) => customerId)].flatMap(([customerId, orders]) => [
      ...(orders.length > 1 ? [`${customerId} has ${orders.length} orders and sent one`] : []),
      ...(known.has(customerId) ? [] : [`${customerId} has an order and sent none`]),
    ]);
    return [...told, ...stored];
  },
};

/** A customer who goes on trying gets an answer, and a good order is not refused. */
export const everybodyAnswered: Rule = {
  name: 'every order that is repeated is answered, and none is refused',
  check: ({ customers }) =>
    customers.flatMap((customer) => {
      if (customer.refusal !== undefined) return [`${customer.customerId} was refused: ${customer.refusal}`];
      if (customer.accepted.length > 0 || !customer.isPatient) return [];
      return [`${customer.customerId} tried ${customer.tries} times in vain (${failuresOf(customer)})`];
    }),
};

/** What a customer was told of an order stays true. */
export const promisesKept: Rule = {
  name: 'an order is never older than it was seen, and ends as was promised',
  check: ({ customers, books }) => {
    const orders = new Map(books.orders.map((order) => [order.id, order]));
    return customers.flatMap((customer) => {
      const backwards = customer.wentBackwards.map(
        ({ before, after }) =>
          `${before.id} was seen at version ${before.version} and then at ${after.version} (${before.status}, ${after.status})`,
      );
      const order = customer.last && orders.get(customer.last.id);
      if (!order) return backwards;
      const seen = [...customer.accepted.map(({ status }) => status), customer.last?.status ?? ''];
      const broken = seen
        .filter((status) => !mayBecome(status, order.status))
        .map((status) => `${order.id} was seen ${status} and is ${order.status}`);
      return [...backwards, ...broken, ...brokenWish(customer, order)];
    });
  },
};

function brokenWish(
  { wish, customerId }: CustomerLedger,
  order: { id: string; status: string; approval: string },
): string[] {
  if (!wish || wish.kind === 'refused') return [];
  const words = `${customerId} asked to ${wish.what} ${order.id} and was told ${wish.kind} (${wish.status})`;
  const isCancelled = order.status === 'CANCELLED';
  if (wish.what === 'cancel' && !isCancelled) return [`${words}, but it is ${order.status}`];
  if (wish.what === 'deny' && !(isCancelled && order.approval === 'DENIED')) return [`${words}, but it is not denied`];
  if (wish.what === 'approve' && order.approval === 'DENIED') return [`${words}, but it is denied`];
  return mayBecome(wish.status ?? '', order.status) ? [] : [`${words}, but it is ${order.status}`];
}

/** Nothing follows the two ends, and only delivery follows the shipment. */
function mayBecome(seen: string, final: string): boolean {
  if (seen === 'DELIVERED' || seen === 'CANCELLED') return final === seen;
  return seen !== 'SHIPPED' || final === 'DELIVERED' || final === 'SHIPPED';
}

function sameLines(one: CustomerLedger['lines'], other: CustomerLedger['lines']): boolean {
  const text = (lines: CustomerLedger['lines']) =>
    lines
      .map(({ product_id, quantity }) => `${product_id}=${quantity}`)
      .toSorted()
      .join();
  return text(one) === text(other);
}

function failuresOf({ failures }: CustomerLedger): string {
  return [...failures].map(([reason, count]) => `${count} × ${reason}`).join(', ');
}
