import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { type Running, spawnChild, StartError, untilReady } from './child.ts';
import { forgetProcess, noteProcess, stopLeftover } from './leftovers.ts';
import { beginLog, logFile } from './log-files.ts';
import { type ReservedPort, reservePort } from './ports.ts';
import { requireSystemPackages, systemPackages } from './system-packages.ts';

const run = promisify(execFile);
const host = '127.0.0.1';
const startTimeout = 90_000;

const javaOptions = [
  '-Xmx384m',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dorg.apache.logging.log4j.level=WARN',
  // So that the last lines of the log hold the reason and not only where it was found.
  '-XX:MaxJavaStackTraceDepth=3',
];

/** Properties that suit a single node; replication needs brokers that are not there. */
const serverSettings = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': false,
  'default.replication.factor': 1,
  'min.insync.replicas': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 4,
  'group.initial.rebalance.delay.ms': 0,
  // A broker that was killed is let in again only when its former session has run out; the standard is 9 s.
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
};

/** The jars to run, where to keep the data (a folder of its own, removed at the end, without `dataDir`), and the port. */
export interface KafkaOptions {
  /** The folder that `findKafkaJars` gives. */
  readonly jars: string;
  readonly dataDir?: string;
  /** 0 or none: any free one. */
  readonly port?: number;
  /** More properties of the server, such as `{ 'message.max.bytes': 4096 }`; they win over those set here. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Aborting gives up the start and ends what was started. */
  readonly signal?: AbortSignal;
}

/** A Kafka broker that answers; after `kill` it can be started again on the same `dataDir` and port. */
export interface RunningKafka extends Running {
  /** host:port */
  readonly address: string;
  readonly port: number;
}

/**
 * Starts a single Kafka node on loopback and waits until it answers. With `dataDir` its records are in `<dataDir>/kafka`
 * (made on first use) and its log in `<dataDir>/logs/kafka.log`. Throws a `SystemPackagesMissingError` where Java is
 * missing, or a `StartError` that says why it does not start.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  await requireSystemPackages([systemPackages.java]);
  if (options.dataDir !== undefined) return launch(resolve(options.dataDir), options);
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-kafka-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const kafka = await launch(folder, options);
    const exited = kafka.exited.finally(remove);
    const stop = async () => {
      await kafka.stop();
      await exited;
    };
    return { ...kafka, exited, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

async function launch(dataDir: string, { jars, port: wanted, settings, signal }: KafkaOptions): Promise<RunningKafka> {
  mkdirSync(dataDir, { recursive: true });
  await stopLeftover(dataDir, 'kafka');
  const clusterId = await prepareRecords(dataDir, jars, signal);
  const reserved: ReservedPort[] = [];
  const freePort = async () => {
    const free = await reservePort({ setting: 'port', wanted: 0, host });
    reserved.push(free);
    return free.port;
  };
  const port = wanted === undefined || wanted === 0 ? await freePort() : wanted;
  const properties = writeProperties(dataDir, { port, controllerPort: await freePort(), settings });
  const log = logFile(dataDir, 'kafka');
  beginLog(log);
  const child = await spawnChild({
    name: 'Kafka',
    command: systemPackages.java.command,
    args: [...javaOptions, '-cp', join(jars, '*'), 'kafka.Kafka', properties],
    cwd: dataDir,
    logFile: log,
    orphanSignal: 'SIGKILL',
    stopSteps: [
      { signal: 'SIGTERM', wait: 15_000 },
      { signal: 'SIGKILL', wait: 3_000 },
    ],
  });
  noteProcess(dataDir, 'kafka', child.pid);
  void child.exited.then(() => {
    for (const each of reserved) each.release();
    forgetProcess(dataDir, 'kafka');
  });
  const address = `${host}:${port}`;
  await untilReady(child, { probe: () => answers(address, clusterId), timeout: startTimeout, signal });
  const { pid, exited, stop, kill } = child;
  return { pid, exited, stop, kill, address, port };
}

/** Gives the id of the cluster whose records are in `<dataDir>/kafka`, formatted on first use. */
async function prepareRecords(dataDir: string, jars: string, signal: AbortSignal | undefined): Promise<string> {
  const records = join(dataDir, 'kafka');
  if (!existsSync(records)) {
    // Made beside its final place and renamed, so that an interrupted start leaves nothing half made.
    const draft = `${records}.new`;
    rmSync(draft, { recursive: true, force: true });
    const properties = writeProperties(dataDir, { port: 1, controllerPort: 2, records: draft });
    // One argument, because an id may begin with a dash.
    const format = ['format', `--cluster-id=${randomBytes(16).toString('base64url')}`, '--config', properties];
    const args = ['-Xmx128m', '-cp', join(jars, '*'), 'kafka.tools.StorageTool', ...format];
    await run(systemPackages.java.command, args, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new StartError(`Kafka cannot format ${records}: ${String(error)}`, { cause: error });
    });
    renameSync(draft, records);
  }
  const [, clusterId] = /^cluster\.id=(.+)$/m.exec(readFileSync(join(records, 'meta.properties'), 'utf8')) ?? [];
  if (clusterId === undefined) throw new StartError(`${records} names no Kafka cluster in meta.properties`);
  return clusterId;
}

function writeProperties(
  dataDir: string,
  of: { port: number; controllerPort: number; records?: string; settings?: KafkaOptions['settings'] },
): string {
  const client = `PLAINTEXT://${host}:${of.port}`;
  const properties = {
    ...serverSettings,
    listeners: `${client},CONTROLLER://${host}:${of.controllerPort}`,
    'advertised.listeners': client,
    // The voter's port is not kept with the records, so it may be another one at each start.
    'controller.quorum.voters': `1@${host}:${of.controllerPort}`,
    'log.dirs': of.records ?? join(dataDir, 'kafka'),
    ...of.settings,
  };
  const file = join(dataDir, 'kafka.properties');
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return file;
}

/** Another broker may have the port, so the answer must name the cluster; a broker is listed once it may lead partitions. */
async function answers(address: string, clusterId: string): Promise<boolean> {
  const admin = new Admin({
    clientId: 'steadfast-ready',
    bootstrapBrokers: [address],
    retries: 0,
    timeout: 2_000,
    connectTimeout: 2_000,
  });
  try {
    const { id, brokers } = await admin.metadata({ topics: [] });
    return id === clusterId && brokers.size > 0;
  } finally {
    await admin.close();
  }
}
