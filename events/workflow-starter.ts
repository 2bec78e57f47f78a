/** The consumer of the log that starts a `CreateOrder` workflow for each accepted order. */
import type { Client } from '@temporalio/client';
import type { LoggedEvent } from '../db/log.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import { withParent } from '../telemetry/spans.ts';
import type { Consumer } from './consumer.ts';
import { inputOfEvent, startWorkflow } from './workflow-start.ts';

/** How to start workflows. */
export interface WorkflowStarterOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  readonly batchSize: number;
}

/** Most starts under way at once. */
const CONCURRENCY = 32;

/**
 * Starts the workflows of a batch side by side. One that exists is fine, so that a repeat does no harm; an error leaves
 * the cursor where it is, and the batch comes again.
 */
export function createWorkflowStarter({ temporal, taskQueue, settings, batchSize }: WorkflowStarterOptions): Consumer {
  const start = async (event: LoggedEvent, signal: AbortSignal): Promise<void> => {
    if (event.type !== 'OrderCreated') return;
    const input = inputOfEvent(event.orderId, event.data, settings);
    await withParent(event.traceparent, () => startWorkflow(input, { temporal, taskQueue, signal }));
  };

  return {
    name: 'workflow-starter',
    types: ['OrderCreated'],
    batchSize,
    async handle(events, signal) {
      const queue = [...events];
      const errors: unknown[] = [];
      const work = async () => {
        for (let event = queue.shift(); event && errors.length === 0 && !signal.aborted; event = queue.shift())
          await start(event, signal).catch((error: unknown) => errors.push(error));
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
      if (errors.length > 0) throw errors[0];
      if (signal.aborted) throw new Error('stopped before the batch was done');
    },
  };
}
