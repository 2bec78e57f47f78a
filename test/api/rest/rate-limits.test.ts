import { connect } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../../../api/auth/key-text.ts';
import { USUAL_LIMITS } from '../../../api/limits/settings.ts';
import type { Database } from '../../../db/client.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { addKey } from '../access/credentials.ts';
import { call, NOBODY, refusal, startApi, type TestApi } from '../support.ts';

const ADMIN_KEY = 'limits-0123456789abcdef0123456789abcdef';
const admin = { authorization: `Bearer ${ADMIN_KEY}` };

let databaseUrl: string;
let db: Database;
/** Takes one request a second of each caller. */
let slow: TestApi;
let api: TestApi;

beforeAll(async () => {
  ({ url: databaseUrl, db } = await createTestDatabase());
  const options = { databaseUrl, temporalAddress: NOBODY, authentication: { adminKey: ADMIN_KEY } };
  slow = await startApi({ ...options, limits: { ...USUAL_LIMITS, requestsPerSecond: 1 } });
  api = await startApi({ ...options, limits: { ...USUAL_LIMITS, adminChangesPerMinute: 3, streamsPerCaller: 2 } });
});

/** So many requests at once. */
const burst = (times: number, headers: Record<string, string> = admin) =>
  Promise.all(Array.from({ length: times }, () => slow.request('GET', '/api/products/prod-001', { headers })));

describe('a caller who asks too often', () => {
  it('is told 429 with the time to wait, and how much is left before', async () => {
    const answers = await burst(30);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(refused[0]).toMatchObject({ body: { code: 'RATE_LIMITED', retry_after: 1 } });
    expect(Object.fromEntries(refused[0]!.headers)).toMatchObject({
      'retry-after': '1',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'content-type': expect.stringContaining('application/problem+json') as string,
    });
    expect(Number(refused[0]!.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
  });

  it('is refused before the body is read', async () => {
    await burst(30);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => slow.request('POST', '/api/orders', { body: '{', headers: admin })),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
  });

  it('does not keep the health of the server from being asked', async () => {
    await burst(30);
    const answers = await Promise.all(Array.from({ length: 20 }, () => slow.request('GET', '/health/live')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('without valid credentials is refused by address', async () => {
    const answers = await burst(40, { authorization: 'Bearer sk_wrong' });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
  });

  it('with wrong keys does not make the database look for them any more', async () => {
    const options = { databaseUrl: 'postgres://nobody@127.0.0.1:9/none', temporalAddress: NOBODY, authentication: {} };
    const away = await startApi({ ...options, limits: { ...USUAL_LIMITS, requestsPerSecond: 1 } });
    const unknown = { authorization: `Bearer ${makeKey().text}` };
    const ask = (headers: Record<string, string>) => away.request('GET', '/api/products', { headers });
    // Only who asks the database is told that it is away.
    expect((await ask(unknown)).status).toBe(503);
    await until('the address has had its share', async () => (await ask({ 'x-api-key': 'wrong' })).status === 429);
    expect((await ask(unknown)).status).toBe(429);
    const metadata = Metadata.fromHttp2Headers(unknown);
    const asked = call(away.client, 'getOrder', { order_id: 'x', live: false, progress: false }, { metadata });
    expect((await refusal(asked)).code).toBe(status.RESOURCE_EXHAUSTED);
    await away.close();
  });

  it('with wrong keys keeps nobody away whose key has been seen, and others only for a while', async () => {
    const limits = { ...USUAL_LIMITS, requestsPerSecond: 1 };
    const server = await startApi({ databaseUrl, temporalAddress: NOBODY, authentication: {}, limits });
    const ask = (key: string) => server.request('GET', '/api/products', { headers: { 'x-api-key': key } });
    const seen = (await addKey(db)).text;
    expect((await ask(seen)).status).toBe(200);
    const unseen = await until('one that was not seen waits', async () => {
      const { text } = await addKey(db);
      await Promise.all(Array.from({ length: 10 }, () => ask('wrong')));
      const answers = await Promise.all([seen, text, `${seen.slice(0, -4)}AAAA`].map(ask));
      // The one that was seen is told of its own limit at most.
      expect([200, 429]).toContain(answers[0]!.status);
      const [isKnown, ...others] = answers.map((answer) => !answer.text.includes('without valid credentials'));
      expect(isKnown).toBe(true);
      return others.every((isTaken) => !isTaken) && text;
    });
    await until('it is known', async () => (await ask(unseen)).status === 200);
    await server.close();
  });
});

describe('who counts where X-Forwarded-For is sent', () => {
  const asking = async (trustedProxies: readonly string[] | undefined) => {
    const limits = { ...USUAL_LIMITS, requestsPerSecond: 1 };
    const server = await startApi({ databaseUrl, temporalAddress: NOBODY, limits, trustedProxies });
    /** How many of so many requests are taken, where each is told to have come this way. */
    return async (chains: readonly string[]) => {
      const asked = chains.map((chain) =>
        server.request('GET', '/api/products/prod-001', { headers: { 'x-forwarded-for': chain } }),
      );
      return (await Promise.all(asked)).filter(({ status }) => status === 200).length;
    };
  };
  const many = (chain: (place: number) => string) => Array.from({ length: 40 }, (_, place) => chain(place));

  it('is the address of the socket, where no proxy is trusted', async () => {
    const taken = await asking(undefined);
    expect(await taken(many((place) => `198.51.100.${place}`))).toBeLessThan(30);
  });

  it('is the address of the socket, where it is none of those that are trusted', async () => {
    const taken = await asking(['10.0.0.0/8']);
    expect(await taken(many((place) => `198.51.100.${place}`))).toBeLessThan(30);
    expect(await taken(many((place) => `198.51.100.${place}, 10.0.0.1`))).toBeLessThan(30);
  });

  it('is the last address before those that are trusted, whatever stands before it', async () => {
    const taken = await asking(['127.0.0.1', '10.0.0.0/8']);
    expect(await taken(many((place) => `198.51.100.${place}`))).toBe(40);
    expect(await taken(many((place) => `198.51.100.${place}, 203.0.113.7`))).toBeLessThan(30);
    expect(await taken(many((place) => `203.0.113.${place + 10}, 10.0.0.1`))).toBe(40);
    expect(await taken(many((place) => `198.51.100.${place}, 203.0.113.8, 10.0.0.1`))).toBeLessThan(30);
  });

  it('is the same for those who have no good credentials', async () => {
    const limits = { ...USUAL_LIMITS, requestsPerSecond: 1 };
    const options = { databaseUrl, temporalAddress: NOBODY, limits, authentication: {} };
    const server = await startApi({ ...options, trustedProxies: ['127.0.0.1'] });
    const refusals = async (chain: (place: number) => string) => {
      const asked = many((place) => chain(place)).map((each) =>
        server.request('GET', '/api/products', { headers: { 'x-forwarded-for': each } }),
      );
      return new Set((await Promise.all(asked)).map(({ status }) => status));
    };
    expect(await refusals((place) => `198.51.100.${place}`)).toEqual(new Set([401]));
    expect(await refusals((place) => `198.51.100.${place}, 203.0.113.9`)).toEqual(new Set([401, 429]));
  });
});

it('changes that only admins may make have a limit of their own', async () => {
  const change = (adjust: number) =>
    api.request('PUT', '/api/products/prod-001/stock', { body: { adjust }, headers: admin });
  const answers = await Promise.all(Array.from({ length: 8 }, () => change(1)));
  const refused = answers.find(({ status }) => status === 429)!;
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3);
  expect(refused).toMatchObject({
    body: { detail: 'At most 3 changes by admins a minute are taken from one caller.' },
  });
  expect(refused.headers.get('ratelimit-limit')).toBe('3');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('a repair counts as a change by an admin, and a look at what differs does not', async () => {
  const limits = { ...USUAL_LIMITS, adminChangesPerMinute: 3 };
  const small = await startApi({ databaseUrl, temporalAddress: NOBODY, limits });
  const verify = async (body: object) => (await small.request('POST', '/api/orders/verify', { body })).status;
  const repairs = [];
  for (let times = 0; times < 4; times += 1) repairs.push(await verify({ repair: true }));
  expect(repairs).toEqual([200, 200, 200, 429]);
  expect(await verify({})).toBe(200);
  await small.close();
});

it('signing in has a limit for each address, also where changes by admins have none', async () => {
  const small = await startApi({
    databaseUrl,
    temporalAddress: NOBODY,
    authentication: { adminKey: ADMIN_KEY },
    limits: { ...USUAL_LIMITS, adminChangesPerMinute: 0 },
  });
  const signIn = (credential: string) =>
    small.request('POST', '/api/session', { body: { credential }, headers: { origin: small.http } });
  const wrong = [];
  for (let times = 0; times < 20; times += 1) wrong.push((await signIn('sk_wrong')).status);
  expect(new Set(wrong)).toEqual(new Set([401]));
  const refused = await until('it is refused', async () => {
    const answer = await signIn(ADMIN_KEY);
    return answer.status === 429 && answer;
  });
  expect(refused.body.detail).toBe('At most 20 sign-ins a minute are taken from one caller.');
  await small.close();
});

it('decrypting payloads has a limit of its own, because a page asks once for each', async () => {
  const answer = await api.request('POST', '/api/temporal/codec/decode', { body: { payloads: [] }, headers: admin });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('ratelimit-limit')).toBe('6000');
});

it('streams too many of one caller are refused with the time to wait', async () => {
  const sockets = [0, 1].map(() => openStream());
  await until('two are open', () => sockets.every(({ text }) => text().includes('stream open')));
  const answer = await api.request('GET', '/api/events/stream', { headers: admin });
  expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', retry_after: 5 } });
  sockets[0]!.socket.destroy();
  const third = openStream();
  await until('there is room again', () => third.text().includes('stream open') || third.text().includes('429'));
  expect(third.text()).toContain('200 OK');
  for (const { socket } of [...sockets, third]) socket.destroy();
});

it('requests beyond what a server takes on at once are 503 with the time to wait', async () => {
  const small = await startApi({
    databaseUrl,
    temporalAddress: NOBODY,
    limits: { ...USUAL_LIMITS, requestsAtOnce: 1 },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => small.request('GET', '/api/orders')));
  const refused = answers.filter(({ status }) => status === 503);
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  expect(refused[0]).toMatchObject({ body: { code: 'UNAVAILABLE', retry_after: 1 } });
  expect(refused[0]!.headers.get('retry-after')).toBe('1');
  await small.close();
});

it.each([
  ['http', 'in all', { connections: 2 }],
  ['grpc', 'in all', { connections: 2 }],
  ['http', 'from one address', { connectionsPerAddress: 2, anyConnectionsFrom: [] }],
  ['grpc', 'from one address', { connectionsPerAddress: 2, anyConnectionsFrom: [] }],
] as const)('connections over %s %s beyond the bound are closed at once', async (protocol, _from, bounds) => {
  const small = await startApi({ databaseUrl, temporalAddress: NOBODY, limits: { ...USUAL_LIMITS, ...bounds } });
  const port = Number(small[protocol].split(':').at(-1));
  const opened = Array.from({ length: 3 }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    let isClosed = false;
    socket.resume().once('close', () => (isClosed = true));
    return { socket, isClosed: () => isClosed };
  });
  await until('one is closed', () => opened.filter(({ isClosed }) => isClosed()).length === 1);
  for (const { socket } of opened) socket.destroy();
  await small.close();
});

function openStream() {
  let text = '';
  const socket = connect(Number(new URL(api.http).port), '127.0.0.1', () => {
    socket.write(`GET /api/events/stream HTTP/1.1\r\nhost: test\r\nauthorization: ${admin.authorization}\r\n\r\n`);
  });
  socket
    .on('error', () => undefined)
    .setEncoding('utf8')
    .on('data', (piece: string) => (text += piece));
  return { socket, text: () => text };
}
