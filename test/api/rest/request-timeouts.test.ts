import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { withoutAuthentication } from '../../../api/auth/authentication.ts';
import { SIZES, TIMES } from '../../../api/limits/settings.ts';
import { buildHttpApp } from '../../../api/rest/app.ts';
import { answerClientError } from '../../../api/rest/sizes.ts';
import type { UseCases } from '../../../api/use-cases.ts';

it.each([
  ['whose headers do not end', 'GET / HTTP/1.1\r\nhost: test\r\n'],
  ['whose body does not come', 'POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n\r\n12'],
])('a request %s is told 408, and its connection is closed', async (_what, sent) => {
  const app = Fastify({
    requestTimeout: 200,
    http: { headersTimeout: 200, connectionsCheckingInterval: 50 },
    clientErrorHandler: answerClientError,
  });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.post('/', ({ raw }) => once(raw, 'end'));
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(sent));
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
});

it('the server has the times and sizes that are documented', async () => {
  const app = await buildHttpApp({
    useCases: { publishTestEvent: undefined } as UseCases,
    readiness: () => Promise.reject(new Error('nobody asks')),
    authentication: withoutAuthentication(),
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(() => app.close());
  const { requestTimeout, headersTimeout, keepAliveTimeout, timeout } = app.server;
  expect([requestTimeout, headersTimeout, keepAliveTimeout, timeout]).toEqual([
    TIMES.request,
    TIMES.request,
    TIMES.keepAlive,
    TIMES.silence,
  ]);
  expect(TIMES).toMatchObject({ request: 30_000, silence: 60_000, keepAlive: 72_000, firstByte: 10_000 });
  expect(SIZES).toMatchObject({ body: 1_048_576, headers: 16_384, message: 1_048_576 });
});
