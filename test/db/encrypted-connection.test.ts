/** Connections to Postgres over TLS, as the URL asks for them. */
import { chownSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { createAuthority, type IssuedCertificate } from '../support/certificates.ts';
import { until } from '../support/until.ts';

const authority = createAuthority();
const other = createAuthority();

/** A server of this file's own, whose certificate names loopback. */
async function startEncrypted() {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-encrypted-'));
  const server = await startPostgres({ dataDir });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const sql = postgres(server.url, { max: 1 });
  afterAll(() => sql.end());
  const folder = join(dataDir, 'postgres');
  const show = async (issued: IssuedCertificate) => {
    const { uid, gid } = statSync(folder);
    for (const [from, name] of [
      [issued.certFile, 'server.crt'],
      [issued.keyFile, 'server.key'],
    ] as const) {
      copyFileSync(from, join(folder, name));
      chownSync(join(folder, name), uid, gid);
    }
    await sql`select pg_reload_conf()`;
  };
  await sql.unsafe('alter system set ssl = on');
  await show(authority.issue('postgres'));
  return { plainUrl: server.url, show };
}

const { plainUrl, show } = await startEncrypted();

function urlWith(parameters: Record<string, string>, host?: string): string {
  const url = new URL(plainUrl);
  if (host !== undefined) url.hostname = host;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Whether the connection of a statement is encrypted. */
async function isEncrypted(url: string): Promise<boolean | undefined> {
  const db = openDatabase(url, { size: 1 });
  onTestFinished(() => db.end({ timeout: 1 }));
  const [row] = await db<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
  return row?.ssl;
}

test('a certificate of the authority that the URL names is taken, with its host and with the address', async () => {
  const sslrootcert = authority.caFile;
  expect(await isEncrypted(urlWith({ sslrootcert }))).toBe(true);
  expect(await isEncrypted(urlWith({ sslrootcert, sslmode: 'verify-full' }, 'localhost'))).toBe(true);
  expect(await isEncrypted(urlWith({ sslmode: 'require' }))).toBe(true);
  expect(await isEncrypted(plainUrl)).toBe(false);
});

test('one of another authority is not, whatever the mode', async () => {
  for (const sslmode of ['require', 'verify-ca', 'verify-full'])
    await expect(isEncrypted(urlWith({ sslmode, sslrootcert: other.caFile }))).rejects.toThrow(/certificate/);
  await expect(isEncrypted(urlWith({ sslmode: 'verify-full' }))).rejects.toThrow(/certificate/);
});

test('migrations come over the same connection', async () => {
  await migrate(urlWith({ sslrootcert: authority.caFile }));
  const db = openDatabase(urlWith({ sslrootcert: authority.caFile }), { size: 1 });
  onTestFinished(() => db.end({ timeout: 1 }));
  expect(await db`select count(*) from orders`).toHaveLength(1);
});

test('a certificate for another host is taken only where the host does not matter', async () => {
  await show(authority.issue('elsewhere', ['elsewhere.example']));
  const sslrootcert = authority.caFile;
  await until('the server shows it', () =>
    isEncrypted(urlWith({ sslrootcert })).then(
      () => false,
      () => true,
    ),
  );
  await expect(isEncrypted(urlWith({ sslrootcert }))).rejects.toThrow(/not in the cert|altnames/);
  expect(await isEncrypted(urlWith({ sslmode: 'verify-ca', sslrootcert }))).toBe(true);
});
