import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { paths } from '../histories/paths.ts';
import { installRuntime } from '../support/lifecycle.ts';

const HISTORIES = new URL('../histories/', import.meta.url);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function readHistory(name: string): { workflowId: string; history: object } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, HISTORIES), 'utf8')) as {
    workflowId: string;
    history: object;
  };
}

async function replay(name: string, workflowBundle: WorkflowBundle): Promise<void> {
  installRuntime();
  const { history, workflowId } = readHistory(name);
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

/** The workflow with one line of its code replaced, in a folder aside. */
async function bundleWithEdit(file: string, before: string, after: string): Promise<WorkflowBundle> {
  const copy = mkdtempSync(join(tmpdir(), 'steadfast-edit-'));
  onTestFinished(() => {
    rmSync(copy, { recursive: true, force: true });
  });
  for (const folder of ['workflows', 'domain', 'package.json'])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const source = readFileSync(join(copy, file), 'utf8');
  expect(source).toContain(before);
  writeFileSync(join(copy, file), source.replace(before, after));
  return bundleWorkflowCode({
    workflowsPath: join(copy, 'workflows/create-order.ts'),
    logger: new DefaultLogger('ERROR'),
  });
}

describe('the recorded histories', () => {
  it('hold one of every path', () => {
    const recorded = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
    expect(recorded.sort()).toEqual(paths.map(({ name }) => `${name}.json`).sort());
  });

  it.each(paths)('replay against the workflow of today: $name', async ({ name }) => {
    await replay(name, await loadWorkflowBundle(inject('bundleCache')));
  });

  it('show an edit that would break running orders', async () => {
    const edited = await bundleWithEdit(
      'workflows/create-order.ts',
      '[awaitApproval, reserve, pay, ship]',
      '[awaitApproval, pay, reserve, ship]',
    );
    await expect(replay('delivered', edited)).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/);
  });
});
