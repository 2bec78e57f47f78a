import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Text that tells this process from any later one that gets the same pid (its start time), or `undefined` when no such
 * process runs. A zombie counts as gone.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return ask(pid, 'lstart');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** The command line of a running process, arguments separated by spaces; empty when it does not run. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ask(pid, 'command') ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Waits until the process with this identity is gone; `false` when it still runs after `timeout` milliseconds. */
export async function waitUntilGone(pid: number, { timeout }: { timeout: number }): Promise<boolean> {
  const identity = processIdentity(pid);
  if (identity === undefined) return true;
  const deadline = performance.now() + timeout;
  while (processIdentity(pid) === identity) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Sends each signal in turn and waits its time for the process to end; gives whether it did. */
export async function endProcess(
  pid: number,
  steps: readonly { signal: NodeJS.Signals; wait: number }[],
): Promise<boolean> {
  for (const { signal, wait } of steps) {
    signalProcess(pid, signal);
    if (await waitUntilGone(pid, { timeout: wait })) return true;
  }
  return false;
}

/** Sends a signal; a process that is gone already is fine. A negative pid means the process group. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function ask(pid: number, field: 'lstart' | 'command'): string | undefined {
  try {
    const answer = execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return answer.trim() || undefined;
  } catch {
    return undefined;
  }
}
