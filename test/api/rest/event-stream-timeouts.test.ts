import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { expect, it, onTestFinished } from 'vitest';
import { withoutAuthentication } from '../../../api/auth/authentication.ts';
import { createFollowEvents } from '../../../api/follow-events.ts';
import { createLimits } from '../../../api/limits/limits.ts';
import { USUAL_LIMITS } from '../../../api/limits/settings.ts';
import { guardRoutes } from '../../../api/rest/access.ts';
import { eventStreamRoutes } from '../../../api/rest/event-stream.ts';
import { limitRequests } from '../../../api/rest/rate-limits.ts';
import { compileValidator } from '../../../api/rest/validation.ts';
import type { UseCases } from '../../../api/use-cases.ts';
import { openLiveLog } from '../../../events/live-log.ts';
import { accept } from '../../db/order-fixture.ts';
import { beat, silent } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { connect } from './event-stream-client.ts';

const { db } = await createTestDatabase();

it('a stream outlives the timeouts of requests and connections', async () => {
  const liveLog = openLiveLog({ db, waker: beat(), logger: silent });
  const plain = Fastify({ connectionTimeout: 500, requestTimeout: 500, keepAliveTimeout: 500 });
  const limits = createLimits(USUAL_LIMITS);
  guardRoutes(plain, withoutAuthentication(), limits);
  limitRequests(plain, limits);
  const app = plain.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  const followEvents = createFollowEvents({ db, liveLog, logger: silent });
  // A heartbeat seldom enough that only a timeout of its own keeps the connection.
  eventStreamRoutes(app, { followEvents } as UseCases, { heartbeatMs: 1500, stallMs: 20_000, most: 10 });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await app.close();
    await liveLog.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const { response, messages, blocks } = await connect(`http://127.0.0.1:${port}/api/events/stream`);
  await until('heartbeats have come', () => blocks.length >= 3);
  await sleep(600);
  const id = await accept(db);
  await until('an event has come', () => messages.some(({ event }) => event.subject === id));
  expect(response.closed).toBe(false);
});
