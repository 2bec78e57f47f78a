/** Programs that run on this machine in place of containers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { connect } from 'node:net';
import { spawnChild, untilReady } from '../../embedded/child.ts';
import { lastLines, logFile, openLog } from '../../embedded/log-files.ts';
import type { Program } from '../../embedded/supervisor.ts';

/** What to run; its output goes to `<dataDir>/logs/<name>.log`. */
export interface Command {
  readonly name: string;
  readonly dataDir: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/** A program that stays; it is ready when `probe` says so. */
export function stayingProgram(of: Command, probe: () => Promise<boolean>): Program {
  return {
    name: of.name,
    start: async (signal) => {
      const child = await spawnChild({
        ...of,
        logFile: logFile(of.dataDir, of.name),
        orphanSignal: 'SIGTERM',
        stopSteps: [{ signal: 'SIGTERM', wait: STOP_TIMEOUT_MS }],
      });
      await untilReady(child, { probe, timeout: START_TIMEOUT_MS, signal });
      return child;
    },
  };
}

/** Runs a program to its end; throws with its last lines where that is not a good one. */
export async function runToEnd(of: Command): Promise<void> {
  const file = logFile(of.dataDir, of.name);
  const log = openLog(file);
  const child = spawn(of.command, of.args, { env: of.environment, stdio: ['ignore', log, log] });
  closeSync(log);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${of.name} ended with ${code}:\n${lastLines(file, 20).join('\n')}`);
}

/** Whether somebody takes connections at host and port. */
export function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
