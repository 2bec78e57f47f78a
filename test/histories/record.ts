/**
 * `npm run record-histories`: walks every path that has no history yet and writes it, to be committed. One that is there
 * stays as it is: orders that began as it did may still be running.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { workflowId } from '../../domain/lifecycle.ts';
import { startLifecycle } from '../support/lifecycle.ts';
import { paths } from './paths.ts';

const fileOf = (name: string) => new URL(`./${name}.json`, import.meta.url);
const unrecorded = paths.filter(({ name }) => !existsSync(fileOf(name)));

describe.each(unrecorded)('$name', async ({ name, options, walk }) => {
  const system = await startLifecycle(options);

  it('is recorded', async () => {
    const id = workflowId(await walk(system));
    const history = await system.temporal.workflow.getHandle(id).fetchHistory();
    const recording = { workflowId: id, history: JSON.parse(historyToJSON(history)) as unknown };
    writeFileSync(fileOf(name), `${JSON.stringify(recording, null, 1)}\n`);
  });
});

it('every path has its history', () => {
  expect(paths.filter(({ name }) => !existsSync(fileOf(name)))).toEqual([]);
});
