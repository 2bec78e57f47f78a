import { sleep } from '@temporalio/workflow';

/** Waits so many milliseconds; without any there is no timer, as in the workflow of an order. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}
