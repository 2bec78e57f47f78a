import { type Running, spawnChild, untilReady } from './child.ts';
import { forgetProcess, noteProcess, stopLeftover } from './leftovers.ts';
import { logFile } from './log-files.ts';
import type { Program } from './supervisor.ts';

/** A TypeScript file to run on this Node, which says over IPC when it is ready. */
export interface NodeProgramOptions {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly dataDir: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds it may take to become ready. */
  readonly startTimeout: number;
  /** Milliseconds it may take to stop before it is ended by force. */
  readonly stopTimeout: number;
}

/** A Node process that is ready, with what its ready message carries. */
export interface RunningNode extends Running {
  readonly ready: Readonly<Record<string, unknown>>;
}

/** Makes a program of a TypeScript file; its output goes to `<dataDir>/logs/<name>.log`. */
export function nodeProgram(options: NodeProgramOptions): Program<RunningNode> {
  const { name, file, dataDir, environment, startTimeout, stopTimeout } = options;
  return {
    name,
    start: async (signal) => {
      await stopLeftover(dataDir, name);
      const child = await spawnChild({
        name,
        command: process.execPath,
        args: [file],
        environment,
        logFile: logFile(dataDir, name),
        ipc: true,
        stopSteps: [{ signal: 'SIGTERM', wait: stopTimeout }],
      });
      noteProcess(dataDir, name, child.pid);
      void child.exited.then(() => forgetProcess(dataDir, name));
      let ready: Readonly<Record<string, unknown>> | undefined;
      child.process.on('message', (message) => {
        if (isReady(message)) ready = message;
      });
      await untilReady(child, { probe: () => Promise.resolve(ready !== undefined), timeout: startTimeout, signal });
      const { pid, exited, stop, kill } = child;
      return { pid, exited, stop, kill, ready: ready ?? {} };
    },
  };
}

function isReady(message: unknown): message is Readonly<Record<string, unknown>> {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
