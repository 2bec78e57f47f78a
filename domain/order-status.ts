/**
 * The statuses of an order and the transitions between them: the one source for the workflow, the SQL guards,
 * the answers of the API, the pages and the documentation.
 */

/** Where an order stands, from first to last. */
export const ORDER_STATUSES = ['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** To which statuses an order may go from each status. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PROCESSING', 'CANCELLED'],
  PROCESSING: ['SHIPPED', 'CANCELLED'],
  SHIPPED: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

/** Former names that are still accepted on input. */
const ALIASES: Readonly<Record<string, OrderStatus>> = { PAID: 'PROCESSING', COMPLETED: 'DELIVERED' };

/** Whether an order may go from one status to the other. */
export function isAllowed(from: OrderStatus, to: OrderStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether a status is final: nothing follows it. */
export function isSettled(status: OrderStatus): boolean {
  return TRANSITIONS[status].length === 0;
}

/** Statuses from which an order may go to this one. */
export function predecessors(to: OrderStatus): OrderStatus[] {
  return ORDER_STATUSES.filter((from) => isAllowed(from, to));
}

/** The next status on the way to delivery, or none where the order is settled. */
export function nextStatus(status: OrderStatus): OrderStatus | undefined {
  return TRANSITIONS[status].find((to) => to !== 'CANCELLED');
}

/** Whether an order in this status has passed the other one on its way to delivery, or stands at it. */
export function hasReached(status: OrderStatus, milestone: OrderStatus): boolean {
  if (status === 'CANCELLED' || milestone === 'CANCELLED') return status === milestone;
  return ORDER_STATUSES.indexOf(status) >= ORDER_STATUSES.indexOf(milestone);
}

/** Reads a status or one of its former names in any letter case; undefined where it is neither. */
export function parseOrderStatus(text: string): OrderStatus | undefined {
  const word = text.trim().toUpperCase();
  return ORDER_STATUSES.find((status) => status === word) ?? (Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined);
}

/** Every word that {@link parseOrderStatus} reads. */
export const ORDER_STATUS_WORDS: readonly string[] = [...ORDER_STATUSES, ...Object.keys(ALIASES)];
