/** The system under test: real servers and the real processes, behind proxies, on small disks, with clocks that can be wrong. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from '../../config.ts';
import { seedCatalogue } from '../../db/catalogue.ts';
import { migrate } from '../../db/migrate.ts';
import { startKafka } from '../../embedded/kafka.ts';
import { nodeProgram } from '../../embedded/node-program.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startRedis } from '../../embedded/redis.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { type Clocks, prepareClocks } from '../faults/clock.ts';
import { mountSmallDisk, type SmallDisk } from '../faults/disk.ts';
import type { Network } from '../network/toxiproxy.ts';
import { type Disk, type FaultKind, OWN_PROCESSES, type OwnProcess } from '../plan/fault.ts';
import { choosePorts, type Links, openLinks, type Ports } from './links.ts';
import { keepProcesses, type Processes } from './processes.ts';
import { findTools, type Tools } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const DISK_MEGABYTES = { postgres: 384, kafka: 192 };
const HOST = '127.0.0.1';

/** A running system. */
export interface ChaosSystem extends Pick<Processes, 'pidOf' | 'kill' | 'isBack' | 'ownEnds'> {
  /** For customers: URL of REST, and host:port of gRPC. */
  readonly http: string;
  readonly grpc: string;
  /** For the relay: where webhooks are received. */
  readonly webhooks: string;
  /** Past the proxies: URLs, but `temporal` and `kafka` as host:port. */
  readonly direct: Readonly<Record<'database' | 'temporal' | 'kafka' | 'http', string>>;
  readonly dataDir: string;
  /** Absent where it cannot be had on this machine, as the disks and the clocks. */
  readonly network: Network | undefined;
  readonly clocks: Clocks | undefined;
  readonly disks: Readonly<Partial<Record<Disk, SmallDisk>>>;
  /** What this machine can do, and in words what it cannot. */
  readonly possible: ReadonlySet<FaultKind>;
  readonly missing: readonly string[];
  /** Ends everything; with `keep`, data and logs stay in `dataDir`. */
  stop(of: { keep: boolean }): Promise<void>;
}

/** How to start. */
export interface SystemOptions {
  /** The port at which webhooks are received. */
  readonly receiverPort: number;
  readonly settings: Parameters<typeof environmentWith>[0];
  readonly say: (news: string) => void;
}

/** Starts everything and resolves once it is ready. */
export async function startSystem({ receiverPort, settings, say }: SystemOptions): Promise<ChaosSystem> {
  const tools = await findTools(environmentWith({}), say);
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-chaos-'));
  // PostgreSQL runs as another user than root.
  chmodSync(dataDir, 0o755);
  const disks = mountDisks(dataDir);
  const clocks = prepareClocks(join(dataDir, 'clocks'));
  const ports = await choosePorts(receiverPort);
  const links = await openLinks({ ports, toxiproxy: tools.toxiproxy, dataDir });
  const { network, through } = links;
  const processes = keepProcesses(say);
  const { database } = await startServers({ processes, tools, dataDir, ports, links });
  await migrate(database);
  await seedCatalogue(database);
  await Promise.all(
    OWN_PROCESSES.map((name) => {
      const environment = { ...environmentOf(name, { database, dataDir, ports, links }), ...settings };
      return processes.start(ownProgram(name, dataDir, { ...environment, ...clocks?.environmentOf(name) }));
    }),
  );

  return {
    ...processes,
    http: `http://${through('customers-rest')}`,
    grpc: through('customers-grpc'),
    webhooks: `http://${through('relay-webhooks')}/webhooks`,
    direct: {
      database,
      temporal: `${HOST}:${ports.temporal}`,
      kafka: `${HOST}:${ports.kafka}`,
      http: `http://${HOST}:${ports.http}`,
    },
    dataDir,
    network,
    clocks,
    disks,
    ...abilities({ tools, network, clocks, disks }),
    stop: async ({ keep }) => {
      await processes.stop([...OWN_PROCESSES, 'temporal', 'kafka', 'redis', 'postgres']);
      await network?.stop();
      for (const disk of Object.values(disks)) disk.unmount({ keep });
      if (!keep) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function mountDisks(dataDir: string): Partial<Record<Disk, SmallDisk>> {
  const mount = (disk: Disk) => mountSmallDisk(join(dataDir, disk), DISK_MEGABYTES[disk]);
  const postgres = mount('postgres');
  const kafka = postgres && mount('kafka');
  return { ...(postgres && { postgres }), ...(kafka && { kafka }) };
}

interface Parts {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly links: Links;
}

async function startServers(of: Parts & { processes: Processes; tools: Tools }): Promise<{ database: string }> {
  const { processes, tools, dataDir, ports, links } = of;
  const [{ url }] = await Promise.all([
    processes.start({
      name: 'postgres',
      start: (signal) => startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, signal }),
    }),
    processes.start({
      name: 'temporal',
      start: (signal) =>
        startTemporal({ cli: tools.temporalCli, dataDir, port: ports.temporal, uiPort: ports.temporalUi, signal }),
    }),
    processes.start({
      name: 'kafka',
      start: (signal) =>
        startKafka({
          jars: tools.kafkaJars,
          dataDir: join(dataDir, 'kafka'),
          port: ports.kafka,
          settings: {
            // Where clients are sent on to after the first connection.
            'advertised.listeners': `PLAINTEXT://${links.through('all-kafka')}`,
            // An index takes its full size as soon as it is read.
            'log.index.size.max.bytes': 65_536,
          },
          signal,
        }),
    }),
    processes.start({ name: 'redis', start: (signal) => startRedis({ port: ports.redis, signal }) }),
  ]);
  return { database: url };
}

function environmentOf(name: OwnProcess, of: Parts & { database: string }): NodeJS.ProcessEnv {
  const { dataDir, ports, links } = of;
  const [role] = name.split('-') as ['server' | 'worker' | 'relay'];
  const database = new URL(of.database);
  database.host = links.through(`${role}-postgres`);
  return environmentWith({
    DATA_DIR: dataDir,
    DATABASE_URL: database.href,
    TEMPORAL_ADDRESS: links.through(`${role}-temporal`),
    KAFKA_BROKERS: links.through('all-kafka'),
    REDIS_URL: `redis://${links.through(role === 'server' ? 'server-redis' : 'relay-redis')}`,
    HTTP_PORT: String(ports.http),
    GRPC_PORT: String(ports.grpc),
  });
}

function ownProgram(name: OwnProcess, dataDir: string, environment: NodeJS.ProcessEnv) {
  const file = join(ROOT, `${name.replace(/-\d$/, '')}.ts`);
  return nodeProgram({ name, file, dataDir, environment, startTimeout: 60_000, stopTimeout: 15_000 });
}

function abilities(of: {
  tools: Tools;
  network: Network | undefined;
  clocks: Clocks | undefined;
  disks: Partial<Record<Disk, SmallDisk>>;
}): Pick<ChaosSystem, 'possible' | 'missing'> {
  const possible = new Set<FaultKind>(['kill', 'crash', 'blackout', 'pause']);
  const missing: string[] = [];
  if (of.network) for (const kind of ['cut', 'slow', 'silence'] as const) possible.add(kind);
  else missing.push(`no link is cut, slowed or silenced, because there is no Toxiproxy: ${of.tools.without}`);
  if (of.disks.postgres) possible.add('fill');
  else missing.push('no disk is filled, because this user may not mount a tmpfs');
  if (of.clocks) possible.add('shift');
  else missing.push('no clock is shifted, because libfaketime is not installed');
  return { possible, missing };
}
