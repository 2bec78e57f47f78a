/** The workflow as somebody might change it, for tests of what that would break. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { expect, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A replacement in a file: what was there, and what takes its place. */
export type Edit = readonly [file: string, before: string, after: string];

/** Bundles a copy of the workflow in a folder aside, with these edits. */
export async function bundleWith(edits: readonly Edit[]): Promise<WorkflowBundle> {
  const copy = mkdtempSync(join(tmpdir(), 'steadfast-edit-'));
  onTestFinished(() => {
    rmSync(copy, { recursive: true, force: true });
  });
  for (const folder of ['workflows', 'domain', 'package.json'])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, before, after] of edits) {
    const source = readFileSync(join(copy, file), 'utf8');
    expect(source).toContain(before);
    writeFileSync(join(copy, file), source.replace(before, after));
  }
  return bundleWorkflowCode({
    workflowsPath: join(copy, 'workflows/create-order.ts'),
    logger: new DefaultLogger('ERROR'),
  });
}
