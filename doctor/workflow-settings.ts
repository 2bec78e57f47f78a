/** With which settings an order's workflow was started: those of the system that accepted it, not of whoever looks. */
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { z } from 'zod';
import { type LifecycleSettings, workflowId } from '../domain/lifecycle.ts';
import type { Scene } from './scene.ts';
import { ANSWER_WITHIN_MS } from './workflows.ts';

const inputSchema = z.object({
  settings: z.object({
    paymentDelayMs: z.number(),
    preparationDelayMs: z.number(),
    deliveryDelayMs: z.number(),
    approvalLimit: z.number(),
    approvalTimeoutMs: z.number(),
  }),
});

/** Reads them from the first event of a run; undefined where it does not say. Throws where Temporal does not answer. */
export async function readSettings(
  { temporal }: Scene,
  orderId: string,
  runId: string,
): Promise<LifecycleSettings | undefined> {
  const { history } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId: workflowId(orderId), runId },
      maximumPageSize: 1,
    }),
  );
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [input] = await decodeArrayFromPayloads(temporal.options.loadedDataConverter, payloads);
  return inputSchema.safeParse(input).data?.settings;
}
