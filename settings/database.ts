import type { Config } from '../config.ts';
import { ConfigError } from './config-error.ts';
import { demandUsable } from './certificates.ts';

/** Where Postgres is; throws {@link ConfigError} where nobody says. */
export function requireDatabaseUrl(config: Config): string {
  if (config.DATABASE_URL) return withAuthority(config.DATABASE_URL, config);
  throw new ConfigError('DATABASE_URL is not set: give postgres://user:password@host:port/database, or use npm start.');
}

/** Names the authority in the URL as libpq does, so that whoever has the URL has all that it takes to connect. */
function withAuthority(databaseUrl: string, { DATABASE_CA_FILE: caFile }: Config): string {
  if (caFile === undefined) return databaseUrl;
  demandUsable('DATABASE_CA_FILE', { caFile });
  const url = new URL(databaseUrl);
  url.searchParams.set('sslrootcert', caFile);
  return url.href;
}
