/** Streams end with the credentials that opened them, whatever the protocol. */
import { Metadata, status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { revokeApiKey } from '../../db/api-keys.ts';
import { accept } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { addKey, bearer } from './access/credentials.ts';
import { connect } from './rest/event-stream-client.ts';
import { NOBODY, startApi } from './support.ts';

const ADMIN_KEY = 'an-admin-key-of-the-settings-that-is-long-enough';
const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({ databaseUrl, temporalAddress: NOBODY, authentication: { adminKey: ADMIN_KEY } });

it('a watch of an order ends with UNAUTHENTICATED when its key is revoked', async () => {
  const { id, text } = await addKey(db);
  const stream = api.client.watchOrder({ order_id: await accept(db) }, Metadata.fromHttp2Headers(bearer(text)));
  const ended = new Promise<{ code: number }>((resolve) => stream.on('error', resolve as never));
  await new Promise((resolve) => stream.once('data', resolve));
  await revokeApiKey(db, id, 'test');
  expect(await ended).toMatchObject({ code: status.UNAUTHENTICATED });
});

it('a stream of events ends when its key expires', async () => {
  const expiresAt = Date.now() + 2000;
  const { text } = await addKey(db, { expiresAt: new Date(expiresAt).toISOString() });
  const stream = await connect(`${api.http}/api/events/stream`, bearer(text));
  expect(stream.response.statusCode).toBe(200);
  await stream.ended;
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
  expect((await api.request('GET', '/api/orders', { headers: bearer(text) })).status).toBe(401);
});
