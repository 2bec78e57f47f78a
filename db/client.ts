import postgres from 'postgres';
import { connectionOf } from './connection-options.ts';

/** A pool of connections to Postgres. Only single statements are sent over it (design rule 1). */
export type Database = postgres.Sql;

/**
 * Opens a pool. Moments come back as ISO 8601 in UTC with milliseconds, 64-bit integers as numbers (all of ours stay
 * below 2^53). Connections are made on demand and again after a restart of the server.
 */
export function openDatabase(url: string, options: { size?: number; applicationName?: string } = {}): Database {
  const { url: plainUrl, ssl } = connectionOf(url);
  return postgres(plainUrl, {
    ...(ssl && { ssl }),
    max: options.size ?? 8,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    backoff: (failures: number) => Math.min(2, 0.05 * 2 ** failures) * (0.75 + Math.random() / 2),
    onnotice: () => undefined,
    connection: { application_name: options.applicationName ?? 'steadfast', statement_timeout: 15_000 },
    types: {
      moment: {
        to: 1184,
        from: [1184],
        serialize: (moment: string) => moment,
        parse: (text: string) => new Date(text).toISOString(),
      },
      integer64: { to: 20, from: [20], serialize: String, parse: Number },
    },
  });
}

/**
 * The same query, planned for its values each time. A prepared statement is planned after some runs for any values, and
 * for a list that some values match often and others never, that plan can take a hundred times as long.
 */
export function plannedAnew<Query extends PromiseLike<unknown>>(query: Query): Query {
  // The option stands at every query, but the types of the client name it for `unsafe` only.
  (query as unknown as { options: { prepare?: boolean } }).options.prepare = false;
  return query;
}

/** Whether an error says that the server is away or going away, so that a repeat may succeed. */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && (CONNECTION_CODES.has(code) || /^(08|57P|53)/.test(code));
}

const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
]);
