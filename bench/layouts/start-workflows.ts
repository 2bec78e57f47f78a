import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { CALLERS } from '../load/load.ts';

/** Starts workflows of a comparison on its task queue, as many at once as the other loads; answers their ids. */
export async function startWorkflows(
  temporal: Client,
  { name, count, makeInput }: { name: 'Floor' | 'Naive'; count: number; makeInput: () => object },
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `bench-${randomUUID()}`);
  const waiting = [...ids];
  const caller = async () => {
    for (let workflowId = waiting.pop(); workflowId !== undefined; workflowId = waiting.pop())
      await temporal.workflow.start(name, {
        workflowId,
        taskQueue: `bench-${name.toLowerCase()}`,
        args: [makeInput()],
      });
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return ids;
}
