/** A system of a benchmark's own: real servers and the real processes, on free ports, in a folder that goes away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith, readConfig } from '../../config.ts';
import { seedCatalogue } from '../../db/catalogue.ts';
import { openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { findKafkaJars } from '../../embedded/kafka-distribution.ts';
import { startKafka } from '../../embedded/kafka.ts';
import { nodeProgram } from '../../embedded/node-program.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { createSupervisor } from '../../embedded/supervisor.ts';
import { findTemporalCli } from '../../embedded/temporal-cli.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { cpuSeconds } from './cpu.ts';
import { memoryMiB } from './memory-use.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The processes whose CPU time is told apart; others of a benchmark's own may join. */
export type Part = 'server' | 'relay' | 'worker' | 'temporal' | 'kafka' | 'postgres';

/** A system that runs; parts are started when the benchmark wants them. */
export interface BenchmarkSystem {
  readonly databaseUrl: string;
  /** Where `logs/<name>.log` of each process is. */
  readonly dataDir: string;
  /** URL of REST of the server that was started last. */
  readonly http: string;
  /** host:port, once Temporal is started. */
  readonly temporal: string;
  /** host:port, once Kafka is started. */
  readonly kafka: string;
  /** Starts a part; a second server, relay or worker is the copy 2, named `worker-2`. Processes know what was started before. */
  start(part: Exclude<Part, 'postgres'>, copy?: number): Promise<void>;
  /** Starts a program of the benchmark's own beside the others, such as a worker to compare with. */
  startProgram(name: string, file: string, databaseUrl: string): Promise<void>;
  /** Makes one more database with the demo catalogue, for what must not meet the relay; answers its URL. */
  createDatabase(name: string): Promise<string>;
  /** CPU seconds used so far by each process that was started, by name. */
  readonly cpu: () => Record<string, number>;
  /** Memory of each of them now, in MiB. */
  readonly memory: () => Record<string, number>;
}

/** Starts Postgres with the demo catalogue, gives the system to `use`, and stops and removes everything afterwards. */
export async function withSystem<Result>(
  use: (system: BenchmarkSystem) => Promise<Result>,
  settings: Parameters<typeof environmentWith>[0] = {},
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-bench-'));
  const pids: Record<string, number> = {};
  const supervisor = createSupervisor({
    onPid: (name, pid) => (pids[name] = pid),
    onNews: (name, news) => {
      console.error(`  ${name} ${news}`);
    },
  });
  const started: string[] = [];
  const end = () => {
    supervisor.kill();
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const database = await supervisor.start({
      name: 'postgres',
      start: (signal) => startPostgres({ dataDir, signal }),
    });
    await fill(database.url);

    let http = '';
    // Until Temporal is started: an address where nobody answers.
    let temporal = '127.0.0.1:9';
    let kafka = '';
    const startNode = async (name: string, file: string, databaseUrl = database.url) => {
      started.unshift(name);
      const environment = environmentWith({
        DATABASE_URL: databaseUrl,
        TEMPORAL_ADDRESS: temporal,
        HTTP_PORT: '0',
        GRPC_PORT: '0',
        DATA_DIR: dataDir,
        ...(kafka !== '' && { KAFKA_BROKERS: kafka }),
        ...settings,
      });
      const times = { startTimeout: 60_000, stopTimeout: 2_000 };
      const program = nodeProgram({ name, file, dataDir, environment, ...times });
      return supervisor.start(program);
    };
    return await use({
      databaseUrl: database.url,
      dataDir,
      get http() {
        return http;
      },
      get temporal() {
        return temporal;
      },
      get kafka() {
        return kafka;
      },
      start: async (part, copy = 1) => {
        if (part === 'temporal') {
          const cli = await temporalCli();
          const start = (signal: AbortSignal) =>
            startTemporal({ cli, dataDir, environment: environmentWith({}), signal });
          temporal = (await supervisor.start({ name: part, start })).address;
        } else if (part === 'kafka') {
          const jars = await kafkaJars();
          const start = (signal: AbortSignal) => startKafka({ jars, dataDir: join(dataDir, part), signal });
          kafka = (await supervisor.start({ name: part, start })).address;
        } else {
          const { ready } = await startNode(copy === 1 ? part : `${part}-${copy}`, join(ROOT, `${part}.ts`));
          if (part === 'server') http = String(ready.http);
        }
      },
      startProgram: async (name, file, databaseUrl) => {
        await startNode(name, file, databaseUrl);
      },
      createDatabase: (name) => createDatabase(database.url, name),
      cpu: () => cpuSeconds(pids),
      memory: () => memoryMiB(pids),
    });
  } finally {
    await supervisor.stop([...started, 'kafka', 'temporal', 'postgres']);
    process.off('SIGINT', end).off('SIGTERM', end);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Path of the Temporal CLI, which is built where there is none. */
export function temporalCli(): Promise<string> {
  const path = readConfig().TEMPORAL_CLI_PATH;
  return findTemporalCli({ path, environment: environmentWith({}), onProgress: console.log });
}

/** The folder with Kafka's jars, which are fetched where there are none. */
export function kafkaJars(): Promise<string> {
  return findKafkaJars({ environment: environmentWith({}), onProgress: console.log });
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const db = openDatabase(serverUrl, { size: 1 });
  await db.unsafe(`create database ${name}`);
  await db.end();
  const url = new URL(serverUrl);
  url.pathname = name;
  await fill(url.href);
  return url.href;
}

async function fill(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl);
  await seedCatalogue(databaseUrl);
}
