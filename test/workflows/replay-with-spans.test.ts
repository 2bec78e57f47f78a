import { readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { paths } from '../histories/paths.ts';
import { installRuntime } from '../support/lifecycle.ts';

const SINKS = { exporter: { export: { fn: () => undefined } } };
const HISTORIES = new URL('../histories/', import.meta.url);

describe('workflows that were recorded without spans', () => {
  it.each(paths)('go on with a worker that makes spans: $name', async ({ name }) => {
    installRuntime();
    const { workflowId, history } = JSON.parse(readFileSync(new URL(`${name}.json`, HISTORIES), 'utf8')) as {
      workflowId: string;
      history: object;
    };
    const workflowBundle = await loadWorkflowBundle(inject('bundleCache'), true);
    await expect(
      Worker.runReplayHistory({ workflowBundle, sinks: SINKS }, history, workflowId),
    ).resolves.toBeUndefined();
  });
});
