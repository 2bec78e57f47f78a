/** The recorded histories, and how to hold the code of a workflow against them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { installRuntime } from '../support/lifecycle.ts';

/** A history as it was recorded; `name` is that of its file. */
export interface Recording {
  readonly name: string;
  readonly workflowId: string;
  readonly history: object;
}

const HISTORIES = fileURLToPath(new URL('../histories', import.meta.url));

/** One of every path: walked on purpose. */
export const walked = read(HISTORIES);
/** Some that a chaos run has left behind, with the crashes and outages that nobody walks on purpose. */
export const survived = read(`${HISTORIES}/chaos`);

/** What goes wrong where these go on with this code, by the name of the history; nothing where all of them can. */
export async function replay(
  recordings: readonly Recording[],
  workflowBundle: WorkflowBundle,
): Promise<Record<string, string>> {
  installRuntime();
  const names = new Map(recordings.map(({ name, workflowId }) => [workflowId, name]));
  const failed: Record<string, string> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, recordings))
    if (error) failed[names.get(workflowId) ?? workflowId] = error.message;
  return failed;
}

function read(folder: string): Recording[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.json(\.gz)?$/.test(file)) : [];
  return files.map((file) => {
    const bytes = readFileSync(`${folder}/${file}`);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    return { name: file.replace(/\.json.*$/, ''), ...(JSON.parse(text) as Omit<Recording, 'name'>) };
  });
}
