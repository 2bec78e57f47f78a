/** `steadfast orders cancel|confirm|deny|status`. */
import type { Command } from 'commander';
import type { GetOrderResponse } from '../proto/gen/order/v1/order.ts';
import { tellOrder } from './order-answers.ts';
import { path } from './orders.ts';
import type { OpenSession } from './session.ts';

interface Change {
  readonly reason?: string;
}

/** Adds the commands that change orders under way. */
export function addOrderChanges(orders: Command, open: OpenSession): void {
  const change = async (command: Command, { to, id, body }: { to: string; id: string; body: object }) => {
    const { api, print } = open(command);
    const answer = await api<GetOrderResponse>(`${path(id)}/${to}`, { method: 'PUT', body });
    print.answer(answer, () => {
      tellOrder(print, answer);
    });
  };
  const add = (name: string, description: string) =>
    orders.command(name).description(description).option('--reason <text>', 'why, for the history');

  add('cancel <id>', 'cancel an order that is not shipped yet').action(
    (id: string, { reason }: Change, command: Command) => change(command, { to: 'cancel', id, body: { reason } }),
  );
  add('confirm <id>', 'approve an order that waits for approval, else move it on').action(
    (id: string, { reason }: Change, command: Command) => change(command, { to: 'confirm', id, body: { reason } }),
  );
  add('deny <id>', 'deny an order that waits for approval, which cancels it').action(
    (id: string, { reason }: Change, command: Command) =>
      change(command, { to: 'status', id, body: { status: 'denied', reason } }),
  );
  add('status <id> <status>', 'move an order to a status before its time').action(
    (id: string, status: string, { reason }: Change, command: Command) =>
      change(command, { to: 'status', id, body: { status, reason } }),
  );
}
