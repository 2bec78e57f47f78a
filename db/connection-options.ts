/** How a URL of Postgres says that the connection is to be encrypted: as libpq does, which psql goes by, too. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';

/** What the client connects with: the URL without what only libpq knows, and TLS where it is asked for. */
export interface PostgresConnection {
  readonly url: string;
  /** Absent where the URL alone says it. */
  readonly ssl?: ConnectionOptions;
}

const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * Reads `sslmode`, and the PEM files that `sslrootcert`, `sslcert` and `sslkey` name. A certificate is checked against its
 * authority in every mode where `sslrootcert` names one, and against the host too in `verify-full`, the mode where none is
 * given. Throws where a file cannot be read.
 */
export function connectionOf(databaseUrl: string): PostgresConnection {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode');
  const [ca, cert, key] = FILES.map((name) => readPem(url.searchParams.get(name)));
  for (const name of FILES) url.searchParams.delete(name);
  const isFull = mode === 'verify-full' || (mode === null && (ca ?? cert) !== undefined);
  if (mode === 'disable' || (!isFull && ca === undefined && cert === undefined)) return { url: url.href };
  return {
    url: url.href,
    ssl: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      rejectUnauthorized: isFull || ca !== undefined || mode === 'verify-ca',
      // The client names the server only where its host is no address; the check is made here for both.
      checkServerIdentity: (_name, shown) => (isFull ? checkServerIdentity(hostOf(url), shown) : undefined),
    },
  };
}

function readPem(file: string | null): string | undefined {
  return file === null || file === 'system' ? undefined : readFileSync(file, 'utf8');
}

/** The host without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) > 0 ? bare : hostname;
}
