/**
 * `npm start`: the whole system with one command. Starts PostgreSQL and Temporal (or uses those that are set), brings the
 * database up to date, and keeps server, worker and relay running until Ctrl-C.
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Config, environmentWith, isSet, readConfig } from './config.ts';
import { findKeysInUse } from './api/auth/keys-in-use.ts';
import { authenticationSettings, isOffUnasked, keysButNoAuthentication } from './settings/access.ts';
import { ConfigError } from './settings/config-error.ts';
import { requireDatabaseUrl } from './settings/database.ts';
import { temporalAccess } from './settings/temporal.ts';
import { httpScheme, tlsFiles } from './settings/tls.ts';
import { seedCatalogue } from './db/catalogue.ts';
import { migrate } from './db/migrate.ts';
import { reachableUrl } from './domain/http-url.ts';
import { banner } from './embedded/banner.ts';
import { beginRun } from './embedded/begin-run.ts';
import { choosePort } from './embedded/choose-port.ts';
import { type Endpoints, endpointsFile, type ProcessName, processNames } from './embedded/endpoints.ts';
import { nodeProgram } from './embedded/node-program.ts';
import { reservePort } from './embedded/ports.ts';
import { startPostgres } from './embedded/postgres.ts';
import { keepLogShort, showLog } from './embedded/show-log.ts';
import { onStopSignals } from './embedded/stop-signals.ts';
import { createSupervisor, type Supervisor } from './embedded/supervisor.ts';
import { findTemporalCli } from './embedded/temporal-cli.ts';
import { startTemporal } from './embedded/temporal.ts';
import { createTerminal, type Terminal } from './embedded/terminal.ts';
import { trackingSecret } from './embedded/tracking-secret.ts';
import { buildDashboard } from './web/build.ts';

const startTimeout = 60_000;
/** A child is given this much longer than the time in which it has to stop by itself. */
const stopMargin = 3_000;
const addressesSchema = z.object({ http: z.string(), grpc: z.string() });

try {
  process.exit(await run(readConfig(), createTerminal(process.stdout)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

/** Runs the system until it is asked to stop; gives the exit code. */
async function run(config: Config, terminal: Terminal): Promise<number> {
  const dataDir = resolve(config.DATA_DIR);
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
  const supervisor = createSupervisor({
    onNews: (name, news) => terminal.say(`  ${name} ${news}`),
    onPid: (name, pid) => {
      pids[name as ProcessName] = pid;
      publish();
    },
  });
  const lock = await beginRun(dataDir, terminal);
  const giveUp = (code: number) => {
    supervisor.kill();
    file.remove();
    lock.release();
    process.exit(code);
  };
  process.on('uncaughtException', (error: unknown) => {
    console.error(error);
    giveUp(1);
  });
  const stopping = new AbortController();
  const stopRequest = new Promise<void>((asked) => {
    stopping.signal.addEventListener('abort', () => asked());
    onStopSignals({ stop: () => stopping.abort(), kill: () => giveUp(130) });
  });

  // Before anything is started, because this may be refused. Its server has no port of its own for metrics.
  const isOpen = authenticationSettings({ ...config, METRICS_PORT: undefined }) === undefined;
  tlsFiles(config);
  if (temporalAccess(config).tls && config.TEMPORAL_ADDRESS === undefined)
    throw new ConfigError(
      'TLS to Temporal needs TEMPORAL_ADDRESS: the Temporal that comes with Steadfast speaks none.',
    );
  const began = performance.now();
  const starting = start({ config, dataDir, terminal, supervisor, signal: stopping.signal }).then((started) => {
    addresses = started;
    publish();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    terminal.say(banner({ ...started, pids }, { dataDir, seconds, isOpen }));
  });
  const failure = await Promise.race([stopRequest, starting.then(() => stopRequest)]).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const failed = failure !== undefined && !stopping.signal.aborted;
  terminal.say(failed ? `Steadfast could not start: ${failure.message}` : '\nStopping…');
  stopping.abort();
  addresses = undefined;
  file.remove();
  for (const name of processNames) {
    await supervisor.stop([name]);
    if (pids[name] !== null) terminal.say(`  ${name} stopped`);
  }
  lock.release();
  if (!failed) return 0;
  return failure instanceof ConfigError ? 2 : 1;
}

/** Starts everything in order and gives where it is; throws what went wrong first. */
async function start(of: {
  config: Config;
  dataDir: string;
  terminal: Terminal;
  supervisor: Supervisor;
  signal: AbortSignal;
}): Promise<Omit<Endpoints, 'pids'>> {
  const { config, dataDir, terminal, supervisor } = of;
  terminal.say('Starting Steadfast');
  const choose = (setting: Parameters<typeof choosePort>[0]) => choosePort(setting, { config, isSet });
  const httpPort = await choose('HTTP_PORT');
  const grpcPort = await choose('GRPC_PORT');
  const [database, temporal] = await Promise.all([
    config.DATABASE_URL === undefined
      ? startDatabase({ ...of, port: await choose('POSTGRES_PORT') })
      : requireDatabaseUrl(config),
    config.TEMPORAL_ADDRESS === undefined
      ? startWorkflowServer({ ...of, port: await choose('TEMPORAL_PORT'), uiPort: await choose('TEMPORAL_UI_PORT') })
      : { address: config.TEMPORAL_ADDRESS, uiUrl: config.TEMPORAL_UI_URL ?? null },
    terminal.during('building the dashboard', (onProgress) => buildDashboard({ onProgress, signal: of.signal })),
  ]);
  await terminal.during('bringing the database up to date', () => migrate(database));
  if (isOffUnasked(config) && (await findKeysInUse(database))) throw keysButNoAuthentication();
  if (config.DEMO_CATALOGUE) await seedCatalogue(database);

  const environment = environmentWith({
    DATABASE_URL: database,
    TEMPORAL_ADDRESS: temporal.address,
    HTTP_PORT: String(httpPort),
    GRPC_PORT: String(grpcPort),
    DATA_DIR: dataDir,
    // Decided once: a key that is made meanwhile must not keep a server that has crashed from starting again.
    ...(isOffUnasked(config) && { AUTH: 'off' }),
    TRACKING_SECRET: config.TRACKING_SECRET?.join(',') ?? trackingSecret(dataDir),
    PUBLIC_URL: config.PUBLIC_URL ?? reachableUrl(config.HTTP_HOST, httpPort, httpScheme(config)),
    ...(temporal.uiUrl === null ? {} : { TEMPORAL_UI_URL: temporal.uiUrl }),
  });
  const metrics = { worker: await chooseMetricsPort(9464), relay: await chooseMetricsPort(9465) };
  const startNode = (name: 'server' | keyof typeof metrics) => {
    showLog(dataDir, name, terminal);
    const path = join(import.meta.dirname, `${name}.ts`);
    // The server has its metrics where the rest of it is.
    const METRICS_PORT = name === 'server' ? '' : String(metrics[name]);
    const stopTimeout = config.SHUTDOWN_DELAY + config.SHUTDOWN_GRACE + stopMargin;
    return supervisor.start(
      nodeProgram({
        name,
        file: path,
        dataDir,
        environment: { ...environment, METRICS_PORT },
        startTimeout,
        stopTimeout,
      }),
    );
  };
  const [server] = await terminal.during('starting server, worker and relay', () =>
    Promise.all([startNode('server'), startNode('worker'), startNode('relay')]),
  );
  const { http, grpc } = addressesSchema.parse(server.ready);
  return {
    http,
    grpc,
    temporal: temporal.address,
    temporalUi: temporal.uiUrl,
    database,
    metrics: {
      server: `${http}/metrics`,
      worker: `${reachableUrl(config.METRICS_HOST, metrics.worker)}/metrics`,
      relay: `${reachableUrl(config.METRICS_HOST, metrics.relay)}/metrics`,
    },
  };
}

/** Chooses where worker and relay are measured: at the usual port, or any free one where that is taken. */
async function chooseMetricsPort(preferred: number): Promise<number> {
  return (await reservePort({ setting: 'METRICS_PORT', preferred })).port;
}

async function startDatabase(of: {
  dataDir: string;
  terminal: Terminal;
  supervisor: Supervisor;
  port: number;
}): Promise<string> {
  const { dataDir, port, supervisor, terminal } = of;
  keepLogShort(dataDir, 'postgres');
  const { url } = await terminal.during('starting PostgreSQL', (log) =>
    supervisor.start({ name: 'postgres', start: (signal) => startPostgres({ dataDir, port, log, signal }) }),
  );
  return url;
}

async function startWorkflowServer(of: {
  config: Config;
  dataDir: string;
  terminal: Terminal;
  supervisor: Supervisor;
  signal: AbortSignal;
  port: number;
  uiPort: number;
}): Promise<{ address: string; uiUrl: string }> {
  const { config, dataDir, port, uiPort, supervisor, terminal } = of;
  keepLogShort(dataDir, 'temporal');
  const path = config.TEMPORAL_CLI_PATH;
  const namespace = config.TEMPORAL_NAMESPACE;
  const cli = await terminal.during('looking for the Temporal CLI', (onProgress) =>
    findTemporalCli({ path, environment: environmentWith({}), onProgress, signal: of.signal }),
  );
  return terminal.during('starting Temporal', () =>
    supervisor.start({
      name: 'temporal',
      start: (signal) =>
        startTemporal({ cli, dataDir, namespace, port, uiPort, environment: environmentWith({}), signal }),
    }),
  );
}
