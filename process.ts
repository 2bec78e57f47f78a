import { pino, stdTimeFunctions, type Logger } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';

/** What a process works with. */
export interface ProcessContext {
  readonly config: Config;
  readonly logger: Logger;
}

/** A process that is up: `ready` is told to the parent process, `close` ends it in good order. */
export interface StartedProcess {
  readonly ready?: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Exit codes: settings that cannot be used are no reason to try again. */
const exitCode = { stopped: 0, failed: 1, unusableSettings: 2 } as const;

/**
 * Runs one of the processes from settings to exit: reads the settings, makes the logger, starts, tells a parent process that
 * it is ready (`{type: 'ready', ...ready}`), and closes once on SIGTERM, SIGINT or when the parent is gone, within
 * `SHUTDOWN_GRACE`. Exits with 0 after a clean stop, 2 for settings that cannot be used, 1 for everything else.
 */
export async function runProcess(
  name: string,
  start: (context: ProcessContext) => Promise<StartedProcess> | StartedProcess,
): Promise<void> {
  const config = readConfigOrExit();
  const logger = pino({ level: config.LOG_LEVEL, base: { process: name }, timestamp: stdTimeFunctions.isoTime });
  const fail = (message: string) => (error: unknown) => {
    logger.fatal({ err: error }, message);
    process.exit(error instanceof ConfigError ? exitCode.unusableSettings : exitCode.failed);
  };
  process.on('uncaughtException', fail('uncaught exception'));
  process.on('unhandledRejection', fail('unhandled rejection'));

  const stop = stopRequest();
  const starting = Promise.try(start, { config, logger });
  starting.then(
    ({ ready }) => {
      logger.info({ ...ready }, `the ${name} is ready`);
      if (process.connected) process.send?.({ type: 'ready', ...ready });
    },
    fail(`the ${name} did not start`),
  );
  logger.info({ reason: await stop }, `the ${name} is stopping`);
  setTimeout(() => {
    logger.error({ grace: config.SHUTDOWN_GRACE }, `the ${name} did not stop in time`);
    process.exit(exitCode.failed);
  }, config.SHUTDOWN_GRACE).unref();
  const started = await starting;
  await started.close().catch(fail(`the ${name} did not stop cleanly`));
  logger.info(`the ${name} has stopped`);
  process.exit(exitCode.stopped);
}

/** Resolves with the reason when the process is asked to stop for the first time; later requests change nothing. */
function stopRequest(): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
    process.on('disconnect', () => resolve('the parent process is gone'));
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
