import type { LimitSettings } from '../api/limits/settings.ts';
import type { Config } from '../config.ts';

/** How much a server takes on. Single callers are limited where that is set, and in production. */
export function limitSettings(config: Config): LimitSettings {
  const isProduction = config.NODE_ENV === 'production';
  return {
    requestsPerSecond: config.RATE_LIMIT ?? (isProduction ? 100 : 0),
    adminChangesPerMinute: config.ADMIN_RATE_LIMIT,
    requestsAtOnce: config.MAX_REQUESTS,
    streams: config.MAX_STREAMS,
    streamsPerCaller: config.MAX_STREAMS_PER_CALLER ?? (isProduction ? 100 : 0),
    connections: config.MAX_CONNECTIONS,
    connectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
    anyConnectionsFrom: ['loopback', ...(config.TRUSTED_PROXIES ?? [])],
  };
}

/** Whether webhooks may go to private and loopback addresses. */
export function webhooksMayBePrivate(config: Config): boolean {
  return config.WEBHOOK_ALLOW_PRIVATE === undefined
    ? config.ENABLE_TEST_ENDPOINTS
    : config.WEBHOOK_ALLOW_PRIVATE === 'true';
}
