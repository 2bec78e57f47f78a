/** What Temporal itself says of the workflows. */
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** A run of a workflow. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly status: string;
  readonly events: number;
}

/** Looks at a Temporal server. */
export interface WorkflowWitness {
  list(): Promise<WorkflowRun[]>;
  /** Writes the history of each workflow to `<folder>/<its id>.json.gz`, as the replay test reads it. */
  exportHistories(workflowIds: readonly string[], folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects to host:port. */
export async function watchWorkflows(address: string): Promise<WorkflowWitness> {
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection });
  return {
    list: async () => {
      const runs: WorkflowRun[] = [];
      for await (const { workflowId, status, historyLength } of workflow.list({ pageSize: 1000 }))
        runs.push({ workflowId, status: status.name, events: historyLength });
      return runs;
    },
    exportHistories: async (workflowIds, folder) => {
      mkdirSync(folder, { recursive: true });
      for (const workflowId of workflowIds) {
        const history = await workflow.getHandle(workflowId).fetchHistory();
        const recording = { workflowId, history: JSON.parse(historyToJSON(history), withoutStacks) as unknown };
        writeFileSync(join(folder, `${workflowId}.json.gz`), gzipSync(JSON.stringify(recording)));
      }
    },
    close: () => connection.close(),
  };
}

/** Stacks tell the folders of the machine, and a replay does not look at them. */
function withoutStacks(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}
