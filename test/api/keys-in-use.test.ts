/** A server that nobody told to ask for API keys does not go on where there are some. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { revokeApiKey } from '../../db/api-keys.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { addKey } from './access/credentials.ts';
import { NOBODY } from './support.ts';

const REFUSAL = 'There are API keys, but AUTH is off: set AUTH=on, or AUTH=off to do without.';

/** Starts `server.ts`; it ends with the test. */
function startServer(settings: Record<string, string>) {
  const silent = { AUTH: '', ADMIN_API_KEY: '', AUTH_JWT_SECRET: '', AUTH_JWKS_URL: '', SESSION_SECRET: '' };
  const ports = { HTTP_PORT: '0', GRPC_PORT: '0', TEMPORAL_ADDRESS: NOBODY };
  const child: ChildProcess = spawn(process.execPath, ['server.ts'], {
    env: { ...process.env, ...silent, ...ports, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { ended, output: () => text };
}

const isReady = ({ output }: ReturnType<typeof startServer>) => output().includes('the server is ready');

it('ends where the database holds a valid key', async () => {
  const { url, db } = await createTestDatabase();
  await addKey(db);
  const server = startServer({ DATABASE_URL: url });
  expect(await server.ended).toBe(2);
  expect(server.output()).toContain(REFUSAL);
  expect(isReady(server)).toBe(false);
});

it('starts where all keys have ended, or where it is said what counts', async () => {
  const { url, db } = await createTestDatabase();
  await addKey(db, { expiresAt: '2020-01-01T00:00:00.000Z' });
  await revokeApiKey(db, (await addKey(db)).id, 'test');
  const none = startServer({ DATABASE_URL: url });
  await until('the server is ready', () => isReady(none), 120_000);
  await addKey(db);
  for (const AUTH of ['on', 'off']) {
    const server = startServer({ DATABASE_URL: url, AUTH });
    await until('the server is ready', () => isReady(server), 120_000);
    expect(server.output().includes('SESSION_SECRET is not set')).toBe(AUTH === 'on');
  }
});

it('ends as soon as a database that came late tells of a key', async () => {
  const { url, db } = await createTestDatabase();
  await addKey(db);
  const { hostname, port } = new URL(url);
  let isThere = false;
  const door = createServer((socket) => {
    socket.on('error', () => undefined);
    if (!isThere) return socket.destroy();
    const database = connect(Number(port), hostname).on('error', () => undefined);
    return socket.pipe(database).pipe(socket);
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void door.close());
  const late = new URL(url);
  late.host = `127.0.0.1:${(door.address() as { port: number }).port}`;
  const server = startServer({ DATABASE_URL: late.href });
  await until('the server is ready', () => isReady(server), 120_000);
  isThere = true;
  expect(await server.ended).toBe(2);
  expect(server.output()).toContain(REFUSAL);
});
