/** Direct starts of a trivial workflow, for which no worker runs: as cheap as a start can be. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { CALLERS } from './load.ts';
import { callFor, serveLoad } from './serve.ts';

/** Starts at a Temporal server, host:port. */
export interface StartLoad {
  readonly address: string;
  readonly seconds: number;
}

serveLoad(async ({ address, seconds }: StartLoad) => {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const result = await callFor({ seconds, callers: CALLERS }, () =>
    client.workflow.start('Trivial', { taskQueue: 'bench-nobody', workflowId: randomUUID() }),
  );
  await connection.close();
  return result;
});
