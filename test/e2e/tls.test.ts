/** The whole system over TLS, as `npm start` runs it. */
import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { createTestDatabase } from '../support/database.ts';
import { startSystem, temporaryFolder } from './system.ts';

const run = promisify(execFile);
const authority = createAuthority();

test('everything says https, and the command line and the health check come over TLS', async () => {
  const { certFile, keyFile } = authority.issue('steadfast');
  const folder = temporaryFolder();
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };
  const delays = { PAYMENT_DELAY: '50ms', PREPARATION_DELAY: '50ms', DELIVERY_DELAY: '50ms' };
  const { url } = await createTestDatabase();
  const system = await startSystem(folder, {
    ...delays,
    ...tls,
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `orders-${randomUUID()}`,
  });
  const { http } = system.endpoints();
  expect(http).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(system.output()).toContain(`${http}/docs`);

  const environment = { ...process.env, DATA_DIR: folder, STEADFAST_URL: '', STEADFAST_GRPC: '' };
  const cli = (...args: string[]) =>
    run(process.execPath, ['cli/steadfast.mjs', ...args, '--json'], {
      env: { ...environment, NODE_EXTRA_CA_CERTS: authority.caFile },
    });
  const { stdout } = await cli('orders', 'create', '--customer', 'customer-001', '--item', 'prod-001:2');
  const created = JSON.parse(stdout) as { order: { id: string }; tracking_url?: string };
  expect(created.tracking_url).toMatch(new RegExp(`^${http}/track/`));
  const watched = await cli('orders', 'watch', created.order.id);
  expect(watched.stdout).toContain('"DELIVERED"');

  const { port } = new URL(http);
  const health = spawnSync(process.execPath, ['docker/health.ts', 'server'], {
    env: { ...process.env, ...tls, HTTP_PORT: port },
    encoding: 'utf8',
  });
  expect([health.status, health.stderr]).toEqual([0, '']);
});

test('files that do not belong together end the start with exit code 2 and the reason', () => {
  const one = authority.issue('one');
  const other = authority.issue('other');
  const nothing = join(authority.folder, 'nothing.crt');
  writeFileSync(nothing, 'nothing');
  const start = (certFile: string, keyFile: string) =>
    spawnSync(process.execPath, ['main.ts'], {
      env: { ...process.env, DATA_DIR: authority.folder, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile },
      encoding: 'utf8',
    });
  for (const [certFile, keyFile, why] of [
    [one.certFile, other.keyFile, 'is not the key of the certificate'],
    [nothing, one.keyFile, 'holds no certificate'],
    [one.certFile, nothing, 'holds no private key'],
    [join(authority.folder, 'absent.crt'), one.keyFile, 'ENOENT'],
    [one.certFile, '', 'needs both'],
  ] as const) {
    const { status, stderr } = start(certFile, keyFile);
    expect([status, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(stderr).not.toContain(readFileSync(one.keyFile, 'utf8').split('\n')[1]);
  }
});
