import type { Logger } from 'pino';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './settings/config-error.ts';
import { secretsOf } from './settings/secrets.ts';
import packageJson from './package.json' with { type: 'json' };
import { createLogger } from './telemetry/logger.ts';
import { createExposition, type ExposeMetrics, measureProcess } from './telemetry/metrics.ts';
import { listenForMetrics } from './telemetry/metrics-listener.ts';
import { keepSecret } from './telemetry/redaction.ts';
import type { Tracing } from './telemetry/tracing.ts';

/** What a process works with. */
export interface ProcessContext {
  readonly config: Config;
  readonly logger: Logger;
  /** Spans that are sent somewhere; absent where nobody wants any. */
  readonly tracing: Tracing | undefined;
}

/** A process that is up: `ready` is told to the parent process, `close` ends it in good order. */
export interface StartedProcess {
  readonly ready?: Readonly<Record<string, unknown>>;
  /** What Prometheus reads; only what is measured of every process where absent. */
  readonly exposeMetrics?: ExposeMetrics;
  /** Rejects where it turns out later that it may not go on; the process ends then as where it did not start. */
  readonly unusable?: Promise<unknown> | undefined;
  /** `hurry` aborts when somebody does not want to wait for what is under way. */
  close(hurry: AbortSignal): Promise<void>;
}

/** Exit codes: settings that cannot be used are no reason to try again. */
const exitCode = { stopped: 0, failed: 1, unusableSettings: 2 } as const;

/** What a process may still take in milliseconds, once somebody has asked a second time. */
const HURRIED_MS = 2000;

/**
 * Runs one of the processes from settings to exit: reads the settings, makes the logger, starts, tells a parent process that
 * it is ready (`{type: 'ready', ...ready}`), and closes once on SIGTERM, SIGINT or when the parent is gone, within
 * `SHUTDOWN_DELAY` and `SHUTDOWN_GRACE`; a second signal hurries. Exits with 0 after a clean stop, 2 for settings that
 * cannot be used, 1 for everything else.
 */
export async function runProcess(
  name: string,
  start: (context: ProcessContext) => Promise<StartedProcess> | StartedProcess,
): Promise<void> {
  const config = readConfigOrExit();
  keepSecret(secretsOf(config));
  const logger = createLogger({ name, level: config.LOG_LEVEL });
  const fail = (message: string) => (error: unknown) => {
    logger.fatal({ err: error }, message);
    process.exit(error instanceof ConfigError ? exitCode.unusableSettings : exitCode.failed);
  };
  process.on('uncaughtException', fail('uncaught exception'));
  process.on('unhandledRejection', fail('unhandled rejection'));

  const { asked, isAsked, hurry } = stopRequests();
  const tracing = await traced(name, config, logger);
  measureProcess(name, packageJson.version);
  const starting = Promise.try(start, { config, logger, tracing }).then((started) => withMetrics(started, config));
  starting.then(
    ({ ready, unusable }) => {
      unusable?.catch(fail(`the ${name} may not go on`));
      logger.info({ ...ready }, `the ${name} is ready`);
      if (process.connected) process.send?.({ type: 'ready', ...ready });
    },
    (error: unknown) => {
      if (!isAsked()) fail(`the ${name} did not start`)(error);
    },
  );
  logger.info({ reason: await asked }, `the ${name} is stopping`);
  const { SHUTDOWN_DELAY: delay, SHUTDOWN_GRACE: grace } = config;
  const giveUp = () => {
    logger.error({ delay, grace }, `the ${name} did not stop in time`);
    process.exit(exitCode.failed);
  };
  setTimeout(giveUp, delay + grace).unref();
  hurry.addEventListener('abort', () => setTimeout(giveUp, HURRIED_MS).unref());
  // One that cannot start has nothing to close.
  const started = await starting.catch(() => undefined);
  await started?.close(hurry).catch(fail(`the ${name} did not stop cleanly`));
  await tracing?.close();
  logger.info(`the ${name} has stopped`);
  process.exit(exitCode.stopped);
}

/** `asked` resolves with the reason when the process is to stop; `hurry` aborts when somebody asks again. */
function stopRequests(): { asked: Promise<string>; isAsked: () => boolean; hurry: AbortSignal } {
  const { promise: asked, resolve } = Promise.withResolvers<string>();
  const hurrying = new AbortController();
  let requests = 0;
  const ask = (reason: string) => {
    requests += 1;
    if (requests > 1) hurrying.abort();
    resolve(reason);
  };
  process.on('SIGTERM', () => ask('SIGTERM'));
  process.on('SIGINT', () => ask('SIGINT'));
  // Whoever started this one is gone, and nobody waits for it: that is no reason to hurry.
  process.on('disconnect', () => {
    if (requests === 0) ask('the parent process is gone');
  });
  return { asked, isAsked: () => requests > 0, hurry: hurrying.signal };
}

/** Listens for scrapers, too, where a port is set. */
async function withMetrics(started: StartedProcess, config: Config): Promise<StartedProcess> {
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  if (port === undefined) return started;
  const listener = await listenForMetrics({ host, port }, started.exposeMetrics ?? createExposition());
  return {
    ...started,
    ready: { ...started.ready, metrics: listener.url },
    close: async (hurry) => {
      await started.close(hurry);
      listener.close();
    },
  };
}

/** Starts tracing where a collector is set; what makes spans is loaded only then. */
async function traced(name: string, config: Config, logger: Logger): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACE_SAMPLE_RATE: sampleRate } = config;
  if (endpoint === undefined) return undefined;
  const { startTracing } = await import('./telemetry/tracing.ts');
  return startTracing({
    endpoint,
    sampleRate,
    serviceName: `steadfast-${name}`,
    version: packageJson.version,
    logger,
  });
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(exitCode.unusableSettings);
  }
}
