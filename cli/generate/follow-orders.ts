/** Following the generated orders until they are settled. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListOrdersResponse } from '../../proto/gen/order/v1/order.ts';
import type { Api } from '../api.ts';
import { CommandFailure } from '../failure.ts';
import type { Outcomes } from './outcomes.ts';

const BEAT_MS = 500;
const PAGE = 500;

/**
 * Looks which of the open orders are settled, a page of orders at a time, until all are, or wait for a person, or the signal
 * aborts. A server that is away for a moment is asked again.
 */
export async function followOrders(api: Api, outcomes: Outcomes, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await look(api, outcomes, signal);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
    }
    if (!outcomes.isMoving || signal.aborted) return;
    await sleep(BEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function look(api: Api, outcomes: Outcomes, signal: AbortSignal): Promise<void> {
  let token: string | undefined;
  do {
    const page: ListOrdersResponse = await api('/api/orders', {
      query: {
        status: 'PENDING,DELIVERED,CANCELLED',
        created_from: outcomes.firstCreatedAt,
        page_size: PAGE,
        page_token: token,
      },
    });
    for (const order of page.orders) {
      if (order.status !== 'PENDING') outcomes.settled(order.id, order);
      else if (order.approval === 'AWAITING_APPROVAL') outcomes.awaitsApproval(order.id);
    }
    token = page.next_page_token === '' ? undefined : page.next_page_token;
  } while (token !== undefined && outcomes.isMoving && !signal.aborted);
}
