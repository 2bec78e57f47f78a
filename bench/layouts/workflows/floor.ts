import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { proxyLocalActivities, upsertSearchAttributes } from '@temporalio/workflow';
import type { FloorActivities } from '../floor-worker.ts';
import { pause } from './pause.ts';

const { nothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '5s' });
const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);

/** What the floor is started with: each wait, and what of a real order is laid on it. */
export interface FloorInput {
  readonly delayMs: number;
  /** A local activity for each stage, not one in all. */
  readonly hasStages?: boolean;
  /** Each change of status is shown in the search attributes. */
  readonly hasAttributes?: boolean;
}

/** The floor: the three waits of an order and one local activity that does nothing. Less cannot be durable. */
export async function Floor({ delayMs, hasStages = false, hasAttributes = false }: FloorInput): Promise<void> {
  if (hasStages) await nothing();
  for (const status of ['PROCESSING', 'SHIPPED', 'DELIVERED']) {
    await pause(delayMs);
    if (hasStages || status === 'DELIVERED') await nothing();
    if (hasAttributes) upsertSearchAttributes([{ key: ORDER_STATUS, value: status }]);
  }
}
