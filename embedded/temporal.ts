import { Connection } from '@temporalio/client';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Running, spawnChild, untilReady } from './child.ts';
import { forgetProcess, noteProcess, stopLeftover } from './leftovers.ts';
import { logFile } from './log-files.ts';
import { type ReservedPort, reservePort } from './ports.ts';
import { dropUnusedIndexes } from './temporal-visibility.ts';

const host = '127.0.0.1';
const startTimeout = 60_000;

/** The search attributes of an order's workflow, by which the Web UI filters. */
const searchAttributes = { OrderStatus: 'Keyword', CustomerId: 'Keyword' };

const dynamicConfig = {
  // The server's standard limits are for one tenant of many; here one application has it to itself.
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceRPS.visibility': 1_000,
  'frontend.namespaceCount': 10_000,
  'frontend.persistenceMaxQPS': 50_000,
  'history.rps': 50_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.rps': 50_000,
  'matching.persistenceMaxQPS': 50_000,
  // SQLite does one thing at a time, and a task is given 3 s: when hundreds are due at once, as after an outage, the standard
  // of 512 at a time lets most of them run out of time and begin again, which leaves less for the others
  // (docs/decisions/0018-few-tasks-at-a-time-on-sqlite.md).
  'history.timerProcessorSchedulerWorkerCount': 4,
  'history.transferProcessorSchedulerWorkerCount': 4,
  'history.visibilityProcessorSchedulerWorkerCount': 4,
  // Timers look ahead by this much to allow for clocks of several hosts that differ; with the standard 1 s no timer fires
  // sooner than that. Here is one host (docs/decisions/0004-timers-without-clock-skew.md).
  'history.timerProcessorMaxTimeShift': '"1ms"',
  // How often a second due timers and transfers are looked for: the standard of 20 is for each of many shards, and there is
  // one here, in which each of an order's seven waits took a good part of 50 ms longer
  // (docs/decisions/0022-due-timers-are-looked-for-often.md).
  'history.timerProcessorMaxPollRPS': 100,
  'history.transferProcessorMaxPollRPS': 100,
  // A reader that looks at the same second three times counts as stuck, and its timers go to a slow second one, where they
  // fire half a second late. Who looks a hundred times a second is never stuck in that sense
  // (docs/decisions/0023-less-work-for-the-embedded-temporal-server.md).
  'history.queueReaderStuckCriticalAttempts': 0,
  // The CLI has the list of search attributes read from the database at each use, for those who add one and use it at once.
  // Ours are there from the start; one that is added later is known within a minute.
  'system.forceSearchAttributesCacheRefreshOnRead': false,
};

/** Memory for time: the heap may grow to four times what lives in it, not twice, before garbage is collected. */
const garbageCollection = { GOGC: '300' };

/** Its state, in the data directory. */
const databaseFile = 'temporal.db';

/** The CLI to run, where to keep the state (in memory without `dataDir`), and ports (0 or none: any free one). */
export interface TemporalOptions {
  readonly cli: string;
  readonly dataDir?: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly metricsPort?: number;
  /** Its environment, where it is not just that of this process: then its garbage collection is set, too. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Aborting gives up the start and ends what was started. */
  readonly signal?: AbortSignal;
}

/** A Temporal development server that answers and knows the search attributes. */
export interface RunningTemporal extends Running {
  /** gRPC, as host:port. */
  readonly address: string;
  readonly uiUrl: string;
}

/**
 * Starts the Temporal development server and waits until its namespace can be used. With `dataDir` its state is in
 * `<dataDir>/temporal.db` and its log in `<dataDir>/logs/temporal.log`. Throws a `StartError` that says why it does not start.
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { cli, namespace = 'default', environment, signal } = options;
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    await stopLeftover(dataDir, 'temporal');
  }
  const reserved: ReservedPort[] = [];
  const choose = async (port: number | undefined) => {
    if (port) return port;
    const free = await reservePort({ setting: 'port', wanted: 0, host });
    reserved.push(free);
    return free.port;
  };
  const port = await choose(options.port);
  const uiPort = await choose(options.uiPort);
  const metricsPort = await choose(options.metricsPort);
  const log = dataDir === undefined ? join(tmpdir(), `steadfast-temporal-${port}.log`) : logFile(dataDir, 'temporal');

  const child = await spawnChild({
    name: 'Temporal',
    command: cli,
    args: commandLineArguments({ dataDir, namespace, port, uiPort, metricsPort }),
    ...(environment && { environment: { ...garbageCollection, ...environment } }),
    logFile: log,
    orphanSignal: 'SIGTERM',
    stopSteps: [
      { signal: 'SIGTERM', wait: 10_000 },
      { signal: 'SIGKILL', wait: 3_000 },
    ],
  });
  if (dataDir !== undefined) noteProcess(dataDir, 'temporal', child.pid);
  void child.exited.then(() => {
    for (const each of reserved) each.release();
    if (dataDir === undefined) setImmediate(() => rmSync(log, { force: true }));
    else forgetProcess(dataDir, 'temporal');
  });
  const address = `${host}:${port}`;
  await untilReady(child, { probe: () => answers(address, namespace), timeout: startTimeout, signal });
  if (dataDir !== undefined) dropUnusedIndexes(join(dataDir, databaseFile));
  const { pid, exited, stop, kill } = child;
  return { pid, exited, stop, kill, address, uiUrl: `http://${host}:${uiPort}` };
}

function commandLineArguments(of: {
  dataDir: string | undefined;
  namespace: string;
  port: number;
  uiPort: number;
  metricsPort: number;
}): string[] {
  const ports = ['--port', `${of.port}`, '--ui-port', `${of.uiPort}`, '--metrics-port', `${of.metricsPort}`];
  // In WAL mode NORMAL survives any crash of the process; only a power cut may lose the last moments, which the relay starts again.
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];
  return [
    ...['server', 'start-dev', '--ip', host, ...ports, '--log-level', 'warn', '--log-format', 'json'],
    ...(of.dataDir === undefined ? [] : ['--db-filename', join(of.dataDir, databaseFile), ...pragmas]),
    ...(of.namespace === 'default' ? [] : ['--namespace', of.namespace]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
  ];
}

async function answers(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    const known = await connection.withDeadline(Date.now() + 2_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      return connection.operatorService.listSearchAttributes({ namespace });
    });
    return Object.keys(searchAttributes).every((name) => name in known.customAttributes);
  } finally {
    await connection.close();
  }
}
