import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { endProcess, processIdentity } from './process-identity.ts';

const recordSchema = z.object({ pid: z.number().int(), identity: z.string() });

/** Notes that this process runs for the data directory, so that the next start finds it should nobody stop it. */
export function noteProcess(dataDir: string, name: string, pid: number): void {
  const file = recordFile(dataDir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid, identity: processIdentity(pid) }));
}

/** Forgets a process that has ended. */
export function forgetProcess(dataDir: string, name: string): void {
  rmSync(recordFile(dataDir, name), { force: true });
}

/**
 * Ends the process that an earlier run, itself killed, left running for this data directory; gives its pid, or `undefined`
 * when there is none. Throws when it cannot be ended.
 */
export async function stopLeftover(dataDir: string, name: string): Promise<number | undefined> {
  const file = recordFile(dataDir, name);
  const record = existsSync(file) ? recordSchema.safeParse(parseJson(readFileSync(file, 'utf8'))) : undefined;
  forgetProcess(dataDir, name);
  if (record?.success !== true) return undefined;
  const { pid, identity } = record.data;
  if (processIdentity(pid) !== identity) return undefined;
  const ended = await endProcess(pid, [
    { signal: 'SIGTERM', wait: 15_000 },
    { signal: 'SIGKILL', wait: 3_000 },
  ]);
  if (!ended) throw new Error(`Process ${pid} (${name}), left over from an earlier run, cannot be stopped.`);
  return pid;
}

function recordFile(dataDir: string, name: string): string {
  return join(dataDir, 'run', `${name}.json`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
