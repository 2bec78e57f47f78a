/** REST and gRPC over TLS, with certificates that are replaced while the server runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { credentials, status } from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer } from '../../api/server.ts';
import { openTls } from '../../api/tls.ts';
import { OrderServiceClient } from '../../proto/gen/order/v1/order.ts';
import { createAuthority, type IssuedCertificate } from '../support/certificates.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { call, refusal, startApi } from './support.ts';

const authority = createAuthority();
const clients = createAuthority();
const ca = readFileSync(authority.caFile);

interface Asked {
  readonly status: number | undefined;
  readonly body: string;
  readonly hsts: string | undefined;
}

/** Asks over a connection of its own. */
function get(server: RunningServer, path: string, identity?: IssuedCertificate): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>();
  const shown = identity && { cert: readFileSync(identity.certFile), key: readFileSync(identity.keyFile) };
  request(`${server.http}${path}`, { ca, agent: false, ...shown }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text: string) => (body += text));
    response.on('end', () =>
      resolve({ status: response.statusCode, body, hsts: response.headers['strict-transport-security'] }),
    );
  })
    .on('error', reject)
    .end();
  return promise;
}

/** The certificate that is shown at an address, as its fingerprint. */
async function shownAt(address: string, alpn: string): Promise<string> {
  const { hostname, port } = new URL(address.includes('://') ? address : `https://${address}`);
  const { promise, resolve, reject } = Promise.withResolvers<PeerCertificate>();
  const socket: TLSSocket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: [alpn] }, () =>
    resolve(socket.getPeerCertificate()),
  ).on('error', reject);
  return promise.then(({ fingerprint256 }) => fingerprint256).finally(() => socket.destroy());
}

function grpcClient(server: RunningServer, identity?: IssuedCertificate): OrderServiceClient {
  const [key, cert] = identity ? [readFileSync(identity.keyFile), readFileSync(identity.certFile)] : [null, null];
  const client = new OrderServiceClient(server.grpc, credentials.createSsl(ca, key, cert));
  afterAll(() => client.close());
  return client;
}

function collectLog() {
  const lines: string[] = [];
  return { lines, logger: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }) };
}

const databaseUrl = createTestDatabase().then(({ url }) => url);
const NEW_ORDER = {
  customer_id: 'customer-001',
  items: [{ product_id: 'prod-001', quantity: 1 }],
  payment_method: undefined,
  order_id: undefined,
} as unknown as Parameters<typeof call<'createOrder'>>[2];
const UNKNOWN_ORDER = { order_id: 'x', live: false, progress: false };

describe('with a certificate', () => {
  const log = collectLog();
  let files: IssuedCertificate;
  let server: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    files = authority.issue('server');
    server = await startApi({ databaseUrl: await databaseUrl, tls: files, logger: log.logger });
  });

  test('REST is served over HTTPS, which browsers are told to keep to', async () => {
    expect(server.http).toMatch(/^https:/);
    const live = await get(server, '/health/live');
    expect(live.status).toBe(200);
    expect(live.hsts).toContain('max-age=');
  });

  test('gRPC is served over TLS, and not to those who do without', async () => {
    const created = await call(grpcClient(server), 'createOrder', NEW_ORDER);
    expect(created.order?.status).toBeDefined();
    const plain = await refusal(call(server.client, 'getOrder', UNKNOWN_ORDER, { deadline: Date.now() + 3000 }));
    expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).toContain(plain.code);
  });

  test('a version of TLS that is no longer safe is refused', async () => {
    const { port } = new URL(server.http);
    const { promise, resolve } = Promise.withResolvers<Error>();
    connect({
      host: '127.0.0.1',
      port: Number(port),
      ca,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
      .on('error', resolve)
      .on('secureConnect', () => resolve(new Error('it was let in')));
    expect((await promise).message).not.toBe('it was let in');
  });

  test('a certificate that takes its place is shown from then on, by REST and by gRPC', async () => {
    const first = await shownAt(server.http, 'http/1.1');
    expect(await shownAt(server.grpc, 'h2')).toBe(first);
    authority.issue('server');
    const second = await until('REST shows the next certificate', async () => {
      const shown = await shownAt(server.http, 'http/1.1');
      return shown !== first && shown;
    });
    await until('gRPC shows it too', async () => (await shownAt(server.grpc, 'h2')) === second);
    expect((await get(server, '/health/live')).status).toBe(200);
  });

  test('files that cannot be used change nothing, and the log says so without showing them', async () => {
    const shown = await shownAt(server.http, 'http/1.1');
    const key = readFileSync(files.keyFile, 'utf8');
    const stranger = authority.issue('stranger');
    writeFileSync(files.keyFile, readFileSync(stranger.keyFile));
    const told = await until('the log tells it', () => log.lines.find((line) => line.includes('cannot be used')));
    expect(told).toContain('is not the key of the certificate');
    expect(told).not.toContain('PRIVATE KEY');
    expect(await shownAt(server.http, 'http/1.1')).toBe(shown);
    expect(await shownAt(server.grpc, 'h2')).toBe(shown);
    writeFileSync(files.keyFile, key);
  });
});

test('a handshake has ten seconds, for REST and for gRPC', () => {
  const tls = openTls(authority.issue('slow'), pino({ level: 'silent' }));
  const inside = tls.grpcCredentials() as unknown as { _getConstructorOptions(): object };
  expect(tls.serverOptions.handshakeTimeout).toBe(10_000);
  expect(inside._getConstructorOptions()).toMatchObject({ handshakeTimeout: 10_000, requestCert: false });
  tls.close();
});

describe('where clients must show a certificate', () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  const known = clients.issue('shop');
  const stranger = authority.issue('someone');
  beforeAll(async () => {
    const tls = { ...authority.issue('guarded'), caFile: clients.caFile };
    server = await startApi({ databaseUrl: await databaseUrl, tls });
  });

  test('one of the authority is let in, by REST and by gRPC', async () => {
    expect((await get(server, '/health/live', known)).status).toBe(200);
    const created = await call(grpcClient(server, known), 'createOrder', NEW_ORDER);
    expect(created.order?.id).toBeDefined();
  });

  test('one of another authority, or none, is not', async () => {
    for (const identity of [undefined, stranger]) {
      await expect(get(server, '/health/live', identity)).rejects.toThrow();
      const refused = await refusal(
        call(grpcClient(server, identity), 'getOrder', UNKNOWN_ORDER, { deadline: Date.now() + 5000 }),
      );
      expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.INTERNAL]).toContain(refused.code);
    }
  });
});
