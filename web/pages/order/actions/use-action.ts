import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../../api/problem.ts';
import { tellDone } from '../../../elements/outcome.ts';
import { statusWords } from '../../../elements/event-words.ts';
import { type OrderDetails, refreshOrder } from '../order-queries.ts';

/** How an action goes: what it is called when it is done, and who is told. */
interface ActionOptions<Input> {
  readonly orderId: string;
  readonly send: (input: Input) => Promise<OrderDetails | undefined>;
  readonly done: string;
  /** Whether it ends in the cancellation of the order, which may go on for a while. */
  readonly cancels?: boolean;
  readonly onDone: () => void;
}

/** Carries out an action, says what came of it, and reads the order anew, whatever came. */
export function useAction<Input>({ orderId, send, done, cancels = false, onDone }: ActionOptions<Input>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (after) => {
      const isUnderWay = cancels && after !== undefined && after.order.status !== 'CANCELLED';
      if (isUnderWay)
        tellDone('The cancellation is on its way', 'What was done is still being undone; the page follows it.');
      else tellDone(done, after ? outcomeOf(after) : '');
      onDone();
    },
    onSettled: () => refreshOrder(queries, orderId),
  });
}

/** Whether the server refused because the order stands elsewhere now. */
export function hasMovedOn(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.status === 409;
}

function outcomeOf({ order, payment_info: payment }: OrderDetails): string {
  if (order.status === 'CANCELLED' && payment?.status === 'PAYMENT_REFUNDED') return 'The payment was refunded.';
  return `${statusWords(order.status)}.`;
}
