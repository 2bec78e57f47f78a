/** How each image of the compose file is run on this machine, with what the file says of it. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { nodeProgram } from '../../embedded/node-program.ts';
import { startKafka } from '../../embedded/kafka.ts';
import { findKafkaJars } from '../../embedded/kafka-distribution.ts';
import { reservePort } from '../../embedded/ports.ts';
import type { RunningPostgres } from '../../embedded/postgres.ts';
import type { Supervisor } from '../../embedded/supervisor.ts';
import type { Service } from './compose-file.ts';
import type { TemporalPrograms } from './go-programs.ts';
import type { Places } from './places.ts';
import { runToEnd, stayingProgram, takesConnections } from './programs.ts';
import { givenSettings } from './settings.ts';

const ROOT = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** What services are started with. */
export interface Stage {
  readonly dataDir: string;
  readonly supervisor: Supervisor;
  readonly places: Places;
  readonly postgres: RunningPostgres;
  readonly kafkaPort: number;
  readonly temporalCli: string;
  readonly temporal: TemporalPrograms;
}

/** What a service told of itself, such as where the metrics of a process are. */
export type Told = Readonly<Record<string, unknown>>;

/** Images that need an engine or a program that no registry here has. */
const LEFT_OUT = new Set(['jaegertracing/jaeger', 'prom/prometheus', 'grafana/grafana']);

const RUN: Readonly<Record<string, (service: Service, stage: Stage) => Promise<Told>>> = {
  postgres: usePostgres,
  'temporalio/admin-tools': runAdminTools,
  'temporalio/server': startTemporalServer,
  'temporalio/ui': startWebUi,
  'apache/kafka': startBroker,
  redis: startCache,
  haproxy: startBalancer,
  steadfast: startOwn,
};

/** Starts a service and waits until it is ready, or done; answers undefined where it is left out here. */
export async function startService(service: Service, stage: Stage): Promise<Told | undefined> {
  const run = RUN[service.image];
  if (isBrought(service)) return {};
  if (run) return run(service, stage);
  if (!LEFT_OUT.has(service.image)) throw new Error(`the rehearsal does not know how to run ${service.image}`);
  return undefined;
}

/** A test may bring a broker or a cache of its own. */
function isBrought({ name }: Service): boolean {
  const { KAFKA_BROKERS, REDIS_URL } = givenSettings();
  return (name === 'kafka' && KAFKA_BROKERS !== undefined) || (name === 'redis' && REDIS_URL !== undefined);
}

/** The environment of a service, as it is on this machine. */
function environmentOf(service: Service, { places }: Stage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => [name, places.localise(service, value)]),
  );
}

/** It runs already, because its password is among the variables of the file. */
function usePostgres(): Promise<Told> {
  return Promise.resolve({});
}

/** A script that is mounted into the image with the administrator's tools. */
async function runAdminTools(service: Service, stage: Stage): Promise<Told> {
  const [command = '', ...args] = (service.entrypoint ?? []).map((part) => stage.places.localise(service, part));
  await runToEnd({
    name: service.name,
    dataDir: stage.dataDir,
    command,
    args,
    environment: {
      ...environmentOf(service, stage),
      ...databaseHere(service, stage),
      SCHEMA_DIR: stage.temporal.schema,
      HOME: stage.dataDir,
      PATH: [stage.temporal.tools, dirname(stage.temporalCli), process.env.PATH].join(':'),
    },
  });
  return {};
}

/** The server of Temporal, with the template of settings that its image has. */
async function startTemporalServer(service: Service, stage: Stage): Promise<Told> {
  const address = stage.places.address(service.name);
  const program = stayingProgram(
    {
      name: service.name,
      dataDir: stage.dataDir,
      command: stage.temporal.server,
      args: ['--root', '/', '--config', stage.temporal.serverConfig, '--env', 'docker', '--allow-no-auth', 'start'],
      // As the entry point of the image does, which finds the address of the container.
      environment: { ...environmentOf(service, stage), ...databaseHere(service, stage), BIND_ON_IP: address },
    },
    () => takesConnections(address, 7233),
  );
  await stage.supervisor.start(program);
  return {};
}

/** PostgreSQL is one port among several here. */
function databaseHere({ environment }: Service, { postgres }: Stage): Record<string, string> {
  if (environment.DB_PORT === undefined) return {};
  return { POSTGRES_SEEDS: '127.0.0.1', DB_PORT: `${postgres.port}`, POSTGRES_PORT: `${postgres.port}` };
}

/** The Web UI listens everywhere, so that it has a port of its own here. */
async function startWebUi(service: Service, stage: Stage): Promise<Told> {
  const { port } = await reservePort({ setting: 'port', wanted: 0 });
  const program = stayingProgram(
    {
      name: service.name,
      dataDir: stage.dataDir,
      command: stage.temporal.webUi,
      args: ['--root', '/', '--config', stage.temporal.webUiConfig, '--env', 'docker', 'start'],
      environment: { ...environmentOf(service, stage), TEMPORAL_UI_PORT: `${port}` },
    },
    () => takesConnections('127.0.0.1', port),
  );
  await stage.supervisor.start(program);
  return { url: `http://127.0.0.1:${port}` };
}

/** The same Kafka with the settings of the file, but for addresses and folders. */
async function startBroker(service: Service, stage: Stage): Promise<Told> {
  const settings = Object.fromEntries(
    Object.entries(service.environment)
      .filter(([name]) => /^KAFKA_(?!HEAP|NODE|PROCESS|LISTENER|ADVERTISED|INTER|CONTROLLER|LOG_DIRS)/.test(name))
      .map(([name, value]) => [name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.'), value]),
  );
  const jars = await findKafkaJars({ environment: process.env });
  const port = stage.kafkaPort;
  const start = (signal: AbortSignal) => startKafka({ jars, dataDir: stage.dataDir, port, settings, signal });
  await stage.supervisor.start({ name: service.name, start });
  return {};
}

async function startCache(service: Service, stage: Stage): Promise<Told> {
  const address = stage.places.address(service.name);
  const [shell, ...args] = [...(service.entrypoint ?? []), `${service.command?.join(' ') ?? ''} --bind ${address}`];
  const environment = { ...environmentOf(service, stage), PATH: process.env.PATH };
  const program = stayingProgram(
    { name: service.name, dataDir: stage.dataDir, command: shell, args, environment },
    () => takesConnections(address, 6379),
  );
  await stage.supervisor.start(program);
  const [, check = ''] = service.healthcheck ?? [];
  await execute('sh', ['-c', check.replace('redis-cli', `redis-cli -h ${address}`)], { env: environment });
  return {};
}

/** HAProxy with the file that is mounted into its image. */
async function startBalancer(service: Service, stage: Stage): Promise<Told> {
  const address = stage.places.address(service.name);
  const mounted = service.volumes[0]?.split(':')[0] ?? '';
  const text = stage.places
    .localise(service, readFileSync(join(ROOT, mounted), 'utf8'))
    .replaceAll(/bind (?:127\.0\.0\.1)?:/g, `bind ${address}:`);
  const file = join(stage.dataDir, basename(mounted));
  writeFileSync(file, text);
  const isUp = () => fetch(`http://${address}:8404/`).then(({ ok }) => ok);
  const program = stayingProgram(
    {
      name: service.name,
      dataDir: stage.dataDir,
      command: 'haproxy',
      args: ['-W', '-db', '-f', file],
      environment: { PATH: `${process.env.PATH}:/usr/sbin` },
    },
    isUp,
  );
  await stage.supervisor.start(program);
  return { http: `http://${address}:3000`, grpc: `${address}:50051` };
}

/** One of our processes, by the command of the file, and its health check as Docker would ask it. */
async function startOwn(service: Service, stage: Stage): Promise<Told> {
  const [, file = ''] = service.command ?? [];
  const environment = { ...environmentOf(service, stage), ...givenSettings(), PATH: process.env.PATH };
  const { name } = service;
  if (file === 'migrate.ts') {
    const args = [join(ROOT, file)];
    await runToEnd({ name, dataDir: stage.dataDir, command: process.execPath, args, environment });
    return {};
  }
  const times = { startTimeout: 120_000, stopTimeout: 30_000 };
  const program = nodeProgram({
    name,
    file: join(ROOT, file),
    dataDir: stage.dataDir,
    environment: { ...environment, DATA_DIR: stage.dataDir },
    ...times,
  });
  const { ready } = await stage.supervisor.start(program);
  await untilHealthy(service, environment);
  return ready;
}

const HEALTHY_WITHIN_MS = 120_000;

async function untilHealthy({ name, healthcheck = [] }: Service, environment: NodeJS.ProcessEnv): Promise<void> {
  const [, , ...args] = healthcheck;
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    try {
      await execute(process.execPath, args, { cwd: ROOT, env: environment });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${name} is not healthy`, { cause: error });
      await sleep(500);
    }
  }
}
