/** `npm run record-histories`: walks every path and writes its history, to be committed when a change is meant. */
import { writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, it } from 'vitest';
import { workflowId } from '../../domain/lifecycle.ts';
import { startLifecycle } from '../support/lifecycle.ts';
import { paths } from './paths.ts';

describe.each(paths)('$name', async ({ name, options, walk }) => {
  const system = await startLifecycle(options);

  it('is recorded', async () => {
    const id = workflowId(await walk(system));
    const history = await system.temporal.workflow.getHandle(id).fetchHistory();
    const recording = { workflowId: id, history: JSON.parse(historyToJSON(history)) as unknown };
    writeFileSync(new URL(`./${name}.json`, import.meta.url), `${JSON.stringify(recording, null, 1)}\n`);
  });
});
