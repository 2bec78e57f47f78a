/** Where the doctor looks, from options, environment or the running system. */
import type { Config } from '../../config.ts';
import { ConfigError } from '../../settings/config-error.ts';
import { requireDatabaseUrl } from '../../settings/database.ts';
import { kafkaSecurity } from '../../settings/kafka.ts';
import { lifecycleSettings } from '../../settings/lifecycle.ts';
import { temporalAccess, temporalAddress } from '../../settings/temporal.ts';
import type { SceneSettings } from '../../doctor/scene.ts';
import { findEndpoints } from '../endpoints.ts';
import { CommandFailure, exitCode } from '../failure.ts';

/** Reads the settings of the environment, with these in place of some. */
export type ReadSettings = (settings: Partial<Record<keyof Config, string>>) => Config;

/** What the command was told of where things are. */
export interface PlaceOptions {
  readonly database?: string;
  readonly temporal?: string;
  readonly actor?: string;
}

const SETTLE_MS = 2000;
const STANDSTILL_MS = 30_000;

/**
 * Where everything is: from the options, else the environment, else the system that runs with the data directory. Wrong or
 * missing settings are a {@link CommandFailure}: nothing could be looked at.
 */
export function findPlaces(options: PlaceOptions, read: ReadSettings, signal: AbortSignal): SceneSettings {
  try {
    const set = read({
      ...(options.database !== undefined && { DATABASE_URL: options.database }),
      ...(options.temporal !== undefined && { TEMPORAL_ADDRESS: options.temporal }),
    });
    const running = findEndpoints(set.DATA_DIR);
    const config: Config = {
      ...set,
      DATABASE_URL: set.DATABASE_URL ?? running.database,
      TEMPORAL_ADDRESS: set.TEMPORAL_ADDRESS ?? running.temporal,
    };
    return {
      databaseUrl: requireDatabaseUrl(config),
      temporalAddress: temporalAddress(config),
      temporalNamespace: config.TEMPORAL_NAMESPACE,
      temporalAccess: temporalAccess(config),
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      temporalUi: config.TEMPORAL_UI_URL ?? running.temporalUi,
      settings: lifecycleSettings(config),
      kafkaBrokers: config.KAFKA_BROKERS,
      kafkaSecurity: kafkaSecurity(config),
      kafkaInbound: { group: config.KAFKA_GROUP, orderRequests: config.KAFKA_ORDER_REQUESTS },
      redisUrl: config.REDIS_URL,
      patience: { settleMs: SETTLE_MS, graceMs: config.REVIVE_GRACE, standstillMs: STANDSTILL_MS },
      actor: options.actor ?? 'steadfast doctor',
      signal,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(exitCode.usage, `${error.message}\nGive --database and --temporal, or start the system.`);
  }
}
