import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { lastLines, openLog } from './log-files.ts';
import { formatLogLine } from './log-lines.ts';
import { endProcess, signalProcess } from './process-identity.ts';
import type { Unprivileged } from './unprivileged.ts';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that runs and is ready for use. */
export interface Running {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Ends it in good order, by force after a deadline; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** Ends it at once, without waiting. */
  readonly kill: () => void;
}

/** A process did not become ready; the message says why and holds the last lines of its log. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What to run, and the log file for all that it prints. */
export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly ipc?: boolean;
  readonly asUser?: Unprivileged;
  /** Where the system can (Linux), the child gets this signal when the process that started it dies. */
  readonly orphanSignal?: NodeJS.Signals;
  /** The signals that end it, and how many milliseconds each is given; SIGKILL follows. */
  readonly stopSteps: readonly { signal: NodeJS.Signals; wait: number }[];
}

/** A process just started; `failure` makes the error that tells why it did not get ready. */
export interface Child extends Running {
  readonly process: ChildProcess;
  readonly failure: (reason: string) => StartError;
}

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal does not reach it and its parent decides the
 * order of stopping. Throws {@link StartError} when the program cannot be run.
 */
export async function spawnChild(options: ChildOptions): Promise<Child> {
  const { name, logFile, stopSteps } = options;
  const guarded = endWithParent(options.orphanSignal, options.command, options.args);
  const { command, args } = options.asUser?.wrap(guarded.command, guarded.args) ?? guarded;
  const log = openLog(logFile);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: options.ipc === true ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
  });
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new StartError(`${name} cannot be run: ${error.message}`)));
  });
  const pid = child.pid ?? 0;
  let ended = false;
  void exited.then(() => (ended = true));
  return {
    process: child,
    pid,
    exited,
    stop: async () => {
      if (!ended) await endProcess(pid, stopSteps);
      if (!ended) signalProcess(-pid, 'SIGKILL');
      await exited;
    },
    kill: () => {
      if (!ended) signalProcess(-pid, 'SIGKILL');
    },
    failure: (reason) => {
      const last = lastLines(logFile, 12);
      const complaints = last.map((line) => formatLogLine(name, line)).filter((line) => line !== undefined);
      const lines = complaints.length > 0 ? complaints : last;
      const said = lines.length === 0 ? '' : `\n  The last lines of ${logFile}:\n${lines.join('\n')}`;
      return new StartError(`${name} ${reason}${said}`);
    },
  };
}

/** What the process ended with, in words: `ended with exit code 2` or `was ended by SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

/**
 * Waits until `probe` gives true (it is asked again and again), or throws the child's {@link StartError} when it ends first
 * or is not ready within `timeout` milliseconds. The child is ended then, and also when `signal` aborts.
 */
export async function untilReady(
  child: Child,
  { probe, timeout, signal }: { probe: () => Promise<boolean>; timeout: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = performance.now() + timeout;
  let exit: Exit | undefined;
  void child.exited.then((found) => (exit = found));
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (!(await probe().catch(() => false))) {
      signal?.throwIfAborted();
      if (exit !== undefined) throw child.failure(describeExit(exit));
      if (performance.now() > deadline) throw child.failure(`was not ready after ${timeout / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    signal?.throwIfAborted();
  } catch (error) {
    child.kill();
    await child.exited;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

let canGuard: boolean | undefined;

/** Changing the user clears the signal, so this comes after that: PR_SET_PDEATHSIG in prctl(2). */
function endWithParent(
  signal: NodeJS.Signals | undefined,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[] } {
  canGuard ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true']).status === 0;
  if (signal === undefined || !canGuard) return { command, args };
  return { command: 'setpriv', args: ['--pdeathsig', signal.replace('SIG', ''), '--', command, ...args] };
}
