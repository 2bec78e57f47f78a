/** What may be done to an order by hand: what each action is called, what it does, and how it is asked for. */
import { client } from '../../../api/client.ts';
import { formatMoney } from '../../../elements/money.tsx';
import type { OrderDetails, Progress } from '../order-queries.ts';

/** An action of the server's list. */
export type Action = Progress['allowed_actions'][number];

/** An action on an order as it stands. */
export interface Plan {
  readonly action: Action;
  /** What the button says: the act itself. */
  readonly name: string;
  readonly explanation: string;
  readonly isDestructive: boolean;
  /** Carries it out; `reason` in the words of whoever does it. Throws what the server refuses. */
  readonly send: (reason: string | undefined) => Promise<OrderDetails | undefined>;
  /** What is said afterwards. */
  readonly done: string;
}

/** The actions that are allowed now, each once: where confirming is approving or delivering, that is what it is called. */
export function offeredActions({ allowed_actions: allowed }: Progress): Action[] {
  return allowed.filter(
    (action) => action !== 'CONFIRM' || !(allowed.includes('APPROVE') || allowed.includes('MARK_DELIVERED')),
  );
}

/** Plans an action other than news of the carrier, which need a form of their own. */
export function planAction(
  action: Exclude<Action, 'UPDATE_LOCATION'>,
  { order, payment_info: payment }: OrderDetails,
): Plan {
  const { id } = order;
  const total = formatMoney(order.total_minor, order.currency);
  const setStatus = (status: string) => (reason: string | undefined) => putStatus(id, status, reason);
  switch (action) {
    case 'APPROVE':
      return {
        action,
        name: 'Approve order',
        explanation: `The order of ${order.customer_id} for ${total} goes on: its stock is reserved and the payment charged.`,
        isDestructive: false,
        send: setStatus('accepted'),
        done: 'The order is approved',
      };
    case 'DENY':
      return {
        action,
        name: 'Deny order',
        explanation: `The order of ${order.customer_id} for ${total} is cancelled. This cannot be undone.`,
        isDestructive: true,
        send: setStatus('denied'),
        done: 'The order is denied',
      };
    case 'CANCEL':
      return {
        action,
        name: 'Cancel order',
        explanation: `${effectOfCancelling(payment, total)} This cannot be undone.`,
        isDestructive: true,
        send: async (reason) =>
          (await client.PUT('/api/orders/{id}/cancel', { params: { path: { id } }, body: withReason(reason) })).data,
        done: 'The order is cancelled',
      };
    case 'MARK_DELIVERED':
      return {
        action,
        name: 'Mark as delivered',
        explanation: 'The order is complete at once, before the carrier says so. This cannot be undone.',
        isDestructive: false,
        send: setStatus('DELIVERED'),
        done: 'The order is delivered',
      };
    case 'CONFIRM':
      // Not the route that moves to whatever is next: what is next may have changed when the button is pressed.
      return order.status === 'PENDING'
        ? {
            action,
            name: 'Charge now',
            explanation: `The rest of the delay is left out: ${total} is charged at once.`,
            isDestructive: false,
            send: setStatus('PROCESSING'),
            done: 'The payment is captured',
          }
        : {
            action,
            name: 'Ship now',
            explanation:
              'The rest of the delay is left out: the shipment is booked at once. After that the order cannot be cancelled.',
            isDestructive: false,
            send: setStatus('SHIPPED'),
            done: 'The order is shipped',
          };
  }
}

function effectOfCancelling(payment: OrderDetails['payment_info'], total: string): string {
  if (payment?.status === 'PAYMENT_COMPLETED') return `${total} is refunded, and the stock is released.`;
  return payment
    ? 'Its stock is released; what the provider may have charged is refunded.'
    : 'Nothing was reserved or charged yet.';
}

async function putStatus(id: string, status: string, reason: string | undefined): Promise<OrderDetails | undefined> {
  const body = { status, ...withReason(reason) };
  return (await client.PUT('/api/orders/{id}/status', { params: { path: { id } }, body })).data;
}

function withReason(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
