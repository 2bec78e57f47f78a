/** What the messages do to a running order: they check and write wishes; the stages act on them. */
import { condition, log, setHandler } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import { type Failure, forbiddenTransition, notAwaitingApproval, unknownStatus } from '../domain/failures.ts';
import type { CarrierNews, Reason, StatusWish, WorkflowView } from '../domain/lifecycle.ts';
import { hasReached, isAllowed, isSettled, type OrderStatus, parseOrderStatus } from '../domain/order-status.ts';
import * as messages from './messages.ts';
import { type OrderState, viewState } from './order-state.ts';

/** How long an update waits for an undoing that takes its time, before it answers how the order stands. */
const PATIENCE = '3s';

/** Registers all handlers; called before anything else is awaited. */
export function registerHandlers(state: OrderState): void {
  const { orderId } = state.input;

  const checkCancel = () => {
    if (hasReached(state.status, 'SHIPPED')) refuse(forbiddenTransition(orderId, state.status, 'CANCELLED'));
  };
  const cancel = async (reason: string | null): Promise<WorkflowView> => {
    if (!isSettled(state.status)) state.cancellation ??= { failureReason: 'CANCELLED_ON_REQUEST', details: reason };
    await condition(() => isSettled(state.status) || state.status === 'SHIPPED', PATIENCE);
    checkCancel();
    return viewState(state);
  };

  const checkMove = (wanted: OrderStatus) => {
    if (wanted === 'CANCELLED') checkCancel();
    else if (wanted !== state.status && !isAllowed(state.status, wanted))
      refuse(forbiddenTransition(orderId, state.status, wanted));
  };
  const move = async (wanted: OrderStatus, reason: string | null): Promise<WorkflowView> => {
    if (wanted === 'CANCELLED') return cancel(reason);
    if (!hasReached(state.status, wanted)) state.target = { status: wanted, reason };
    await condition(() => hasReached(state.status, wanted) || isSettled(state.status));
    return viewState(state);
  };

  const checkDecision = (approved: boolean) => {
    const isRepeat = state.approval === (approved ? 'APPROVED' : 'DENIED');
    if (!isRepeat && (state.approval !== 'AWAITING_APPROVAL' || isSettled(state.status)))
      refuse(notAwaitingApproval(orderId, state.status));
  };
  const decide = async (approved: boolean, reason: string | null): Promise<WorkflowView> => {
    state.decision ??= { approved, reason };
    await condition(() => state.approval !== 'AWAITING_APPROVAL' && (approved || isSettled(state.status)), PATIENCE);
    return viewState(state);
  };

  setHandler(messages.getOrderQuery, () => viewState(state));
  setHandler(messages.cancelOrderUpdate, (given?: Reason) => cancel(readReason(given)), {
    validator: (_given?: Reason) => {
      checkCancel();
    },
  });
  setHandler(messages.updateOrderStatusUpdate, (wish) => move(readStatus(wish), readReason(wish)), {
    validator: (wish) => {
      checkMove(readStatus(wish));
    },
  });
  setHandler(messages.approveOrderUpdate, (given?: Reason) => decide(true, readReason(given)), {
    validator: (_given?: Reason) => {
      checkDecision(true);
    },
  });
  setHandler(messages.denyOrderUpdate, (given?: Reason) => decide(false, readReason(given)), {
    validator: (_given?: Reason) => {
      checkDecision(false);
    },
  });
  setHandler(
    messages.recordCarrierNewsUpdate,
    async (news) => {
      if (!state.news.some(({ newsId }) => newsId === news.newsId)) state.news.push(news);
      const place = state.news.findIndex(({ newsId }) => newsId === news.newsId);
      await condition(() => state.recorded > place || isSettled(state.status));
      return viewState(state);
    },
    {
      validator: (_news: CarrierNews) => {
        if (state.status !== 'SHIPPED') refuse(forbiddenTransition(orderId, state.status, 'SHIPPED'));
      },
    },
  );

  const ignoring = (name: string, act: () => Promise<unknown>) =>
    act().then(
      () => undefined,
      (error: unknown) => {
        log.warn(`signal ${name} ignored`, { reason: error instanceof Error ? error.message : String(error) });
      },
    );
  setHandler(messages.cancelOrderSignal, (given) =>
    ignoring('cancelOrder', async () => {
      checkCancel();
      await cancel(readReason(given));
    }),
  );
  setHandler(messages.updateOrderStatusSignal, (wish) =>
    ignoring('updateOrderStatus', async () => {
      const wanted = readStatus(wish);
      checkMove(wanted);
      await move(wanted, readReason(wish));
    }),
  );
  setHandler(messages.approveOrderSignal, (given) =>
    ignoring('approveOrder', async () => {
      checkDecision(true);
      await decide(true, readReason(given));
    }),
  );
  setHandler(messages.denyOrderSignal, (given) =>
    ignoring('denyOrder', async () => {
      checkDecision(false);
      await decide(false, readReason(given));
    }),
  );
}

/** Refuses a message so that the API can make the same answer of it as of its own refusals. */
function refuse({ code, message, currentStatus, allowed }: Failure): never {
  throw ApplicationFailure.create({
    type: code,
    message,
    details: [{ currentStatus: currentStatus ?? null, allowed: allowed ?? null }],
    nonRetryable: true,
  });
}

/** The reason of a message; signals come from people's hands, so anything may stand there. */
function readReason(given: unknown): string | null {
  if (typeof given === 'string') return given;
  const reason = (given as Reason | null | undefined)?.reason;
  return typeof reason === 'string' ? reason : null;
}

function readStatus(given: unknown): OrderStatus {
  const word = typeof given === 'string' ? given : (given as StatusWish | null | undefined)?.status;
  const status = typeof word === 'string' ? parseOrderStatus(word) : undefined;
  return status ?? refuse(unknownStatus(word));
}
