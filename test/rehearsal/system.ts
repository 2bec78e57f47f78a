/**
 * The services of temporal-docker-compose.yml on this machine, without containers: the Temporal server on PostgreSQL with its
 * Web UI, Kafka, Redis, two of each process and the load balancer before them. It says where everything is as `npm start`
 * does, in `$DATA_DIR/endpoints.json`, and ends on Ctrl-C.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig } from '../../config.ts';
import { beginRun } from '../../embedded/begin-run.ts';
import { type Endpoints, endpointsFile, type ProcessName } from '../../embedded/endpoints.ts';
import { reservePort } from '../../embedded/ports.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { onStopSignals } from '../../embedded/stop-signals.ts';
import { createSupervisor } from '../../embedded/supervisor.ts';
import { findTemporalCli } from '../../embedded/temporal-cli.ts';
import { createTerminal } from '../../embedded/terminal.ts';
import { readComposeFile, type Service } from './compose-file.ts';
import { findTemporalPrograms } from './go-programs.ts';
import { choosePlaces } from './places.ts';
import { startService, type Told } from './services.ts';
import { composeVariables } from './settings.ts';

/** The service that stands for each process of `npm start`, where there are two. */
const STANDS_FOR: Readonly<Record<string, ProcessName>> = {
  'server-1': 'server',
  'worker-1': 'worker',
  'relay-1': 'relay',
  temporal: 'temporal',
  postgres: 'postgres',
};

const config = readConfig();
const dataDir = resolve(config.DATA_DIR);
mkdirSync(dataDir, { recursive: true });
const terminal = createTerminal(process.stdout);
const file = endpointsFile(dataDir);
const pids: Record<ProcessName, number | null> = {
  server: null,
  worker: null,
  relay: null,
  postgres: null,
  temporal: null,
};
let addresses: Omit<Endpoints, 'pids'> | undefined;
const publish = () => addresses && file.write({ ...addresses, pids });
const started: string[] = [];
const supervisor = createSupervisor({
  onNews: (name, news) => terminal.say(`  ${name} ${news}`),
  onPid: (name, pid) => {
    if (!started.includes(name)) started.unshift(name);
    const process = STANDS_FOR[name];
    if (process) pids[process] = pid;
    publish();
  },
});

try {
  process.exit(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Runs until it is asked to stop; gives the exit code. */
async function run(): Promise<number> {
  const lock = await beginRun(dataDir, terminal);
  const asked = new Promise<void>((resolve) => {
    onStopSignals({
      stop: resolve,
      kill: () => {
        supervisor.kill();
        process.exit(130);
      },
    });
  });
  const starting = start().then((all) => {
    addresses = all;
    publish();
    terminal.say(`Steadfast is ready: ${all.http}, gRPC ${all.grpc}`);
  });
  const failure = await Promise.race([asked, starting.then(() => asked)]).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (failure !== undefined) terminal.say(`Steadfast could not start: ${failure}`);
  addresses = undefined;
  file.remove();
  await supervisor.stop(started);
  lock.release();
  return failure === undefined ? 0 : 1;
}

async function start(): Promise<Omit<Endpoints, 'pids'>> {
  const onProgress = (message: string) => terminal.say(`  ${message}`);
  const found = { environment: process.env, onProgress };
  const temporalCli = await findTemporalCli({ ...found, path: config.TEMPORAL_CLI_PATH });
  const temporal = await findTemporalPrograms(found);
  const postgres = await supervisor.start({
    name: 'postgres',
    start: (signal) => startPostgres({ dataDir, signal }),
  });
  const password = decodeURIComponent(new URL(postgres.url).password);
  const services = readComposeFile({
    ...composeVariables(dataDir),
    POSTGRES_PASSWORD: password,
    PUBLIC_URL: 'http://balancer:3000',
  });
  const places = choosePlaces(services);
  const { port: kafkaPort } = await reservePort({ setting: 'port', wanted: 0 });
  places.move('postgres', 5432, `127.0.0.1:${postgres.port}`);
  places.move('kafka', 9092, `127.0.0.1:${kafkaPort}`);
  const stage = { dataDir, supervisor, places, postgres, kafkaPort, temporalCli, temporal };
  const told = new Map<string, Told>();
  const starting = new Map<string, Promise<void>>();
  const startAfterOthers = async (service: Service) => {
    for (const name of service.dependsOn) await starting.get(name);
    const answer = await startService(service, stage);
    if (answer) told.set(service.name, answer);
    onProgress(`${service.name} ${answer ? 'is there' : 'is left out: it needs a container'}`);
  };
  // Each as soon as those are there that the file says, as Docker does it.
  for (const service of services) {
    starting.set(service.name, startAfterOthers(service));
  }
  await Promise.all(starting.values());
  return endpoints(told, { temporal: `${places.address('temporal')}:7233`, database: postgres.url });
}

function endpoints(
  told: ReadonlyMap<string, Told>,
  rest: { temporal: string; database: string },
): Omit<Endpoints, 'pids'> {
  const said = (name: string, what: string) => String(told.get(name)?.[what]);
  return {
    http: said('balancer', 'http'),
    grpc: said('balancer', 'grpc'),
    temporalUi: said('temporal-ui', 'url'),
    metrics: {
      server: said('server-1', 'metrics'),
      worker: said('worker-1', 'metrics'),
      relay: said('relay-1', 'metrics'),
    },
    ...rest,
  };
}
