import { proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { FloorActivities } from '../floor-worker.ts';

const { nothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '5s' });

/** The floor: the three waits of an order and one local activity that does nothing. Less cannot be durable. */
export async function Floor({ delayMs }: { delayMs: number }): Promise<void> {
  await sleep(delayMs);
  await sleep(delayMs);
  await sleep(delayMs);
  await nothing();
}
