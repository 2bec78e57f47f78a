import { proxyLocalActivities } from '@temporalio/workflow';
import type { FloorActivities } from '../floor-worker.ts';
import { pause } from './pause.ts';

const { nothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '5s' });

/** The floor: the three waits of an order and one local activity that does nothing. Less cannot be durable. */
export async function Floor({ delayMs }: { delayMs: number }): Promise<void> {
  await pause(delayMs);
  await pause(delayMs);
  await pause(delayMs);
  await nothing();
}
