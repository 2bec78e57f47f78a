/** A run of the generator: sends orders, follows them, and says what became of them. */
import type { CreateOrderResponse } from '../../proto/gen/order/v1/order.ts';
import type { Api } from '../api.ts';
import { CommandFailure, exitCode } from '../failure.ts';
import { arrive } from './arrivals.ts';
import { followOrders } from './follow-orders.ts';
import { Outcomes, type Summary } from './outcomes.ts';
import { showSending, showSettling } from './progress.ts';
import type { GeneratedOrder } from './random-orders.ts';

/** How to run: `rate` in orders a second, as fast as the server answers where absent; `count` without end where absent. */
export interface RunOptions {
  readonly api: Api;
  readonly next: () => GeneratedOrder;
  readonly rate?: number | undefined;
  readonly count?: number | undefined;
  /** How long accepted orders are followed, in milliseconds. */
  readonly waitMs: number;
  /** Whether to show how far it is. */
  readonly isShown: boolean;
  /** Ends the run before its time. */
  readonly signal: AbortSignal;
}

/** Most orders under way: at a rate a server that hangs must not fill the memory, else so many callers take turns. */
const UNDER_WAY = { atRate: 1000, inTurns: 32 };
const REFUSALS = new Set(['INVALID_REQUEST', 'IDEMPOTENCY_KEY_REUSED', 'ORDER_ID_TAKEN', 'TOO_LARGE', 'RATE_LIMITED']);

/** Runs to the end, or until the signal aborts; answers the summary in both cases. */
export async function runGenerator({ api, next, rate, count, waitMs, isShown, signal }: RunOptions): Promise<Summary> {
  const outcomes = new Outcomes();
  const mostUnderWay = rate === undefined ? UNDER_WAY.inTurns : UNDER_WAY.atRate;
  const sending = isShown ? showSending(outcomes, count) : undefined;
  await arrive(() => send(api, next(), outcomes), { rate, count, mostUnderWay, signal });
  outcomes.allSent();
  sending?.stop();
  if (waitMs > 0 && outcomes.isMoving && !signal.aborted) {
    const settling = isShown ? showSettling(outcomes) : undefined;
    await followOrders(api, outcomes, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]));
    settling?.stop();
  }
  return outcomes.summary();
}

async function send(api: Api, { kind, body }: GeneratedOrder, outcomes: Outcomes): Promise<void> {
  const sentAt = performance.now();
  try {
    const { order } = await api<CreateOrderResponse>('/api/orders', { method: 'POST', body });
    const ms = performance.now() - sentAt;
    if (order)
      outcomes.accepted({ id: order.id, created_at: order.created_at ?? '' }, { isLarge: kind === 'large', ms });
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const code = error.problem?.code;
    if (code !== undefined && REFUSALS.has(code)) outcomes.refused(code, performance.now() - sentAt);
    else outcomes.failed(code ?? (error.exitCode === exitCode.unreachable ? 'unreachable' : 'unknown'));
  }
}
