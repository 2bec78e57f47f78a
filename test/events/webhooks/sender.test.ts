import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { makeSecret } from '../../../events/webhooks/secrets.ts';
import { createWebhookSender, type SenderOptions, type WebhookMessage } from '../../../events/webhooks/sender.ts';
import { startReceiver, status } from './receiver.ts';

const PUBLIC = { address: '93.184.216.34', family: 4 };
const LOOPBACK = { address: '127.0.0.1', family: 4 };

function openSender(options: Partial<SenderOptions> = {}) {
  const sender = createWebhookSender({ allowPrivate: true, timeoutMs: 5000, ...options });
  onTestFinished(sender.close);
  return sender;
}

const messageTo = (url: string): WebhookMessage => ({
  url,
  id: 'event-1',
  body: '{"a":1}',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  secret: makeSecret(),
  previousSecret: null,
});

describe('a message', () => {
  it('is posted as JSON with id, time, signature, trace and who sends it', async () => {
    const receiver = await startReceiver();
    const message = messageTo(receiver.url);
    expect(await openSender().send(message)).toMatchObject({
      responseStatus: 200,
      responseBody: 'thank you',
      error: null,
    });
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path: '/hook', body: message.body });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': `steadfast/${packageJson.version}`,
      'webhook-id': 'event-1',
      traceparent: message.traceparent,
    });
    expect(Number(request?.headers['webhook-timestamp'])).toBeCloseTo(Date.now() / 1000, -2);
  });

  it('does not follow a redirect, which is a failure', async () => {
    const target = await startReceiver();
    for (const code of [301, 302, 303, 307, 308]) {
      const receiver = await startReceiver(status(code, { location: target.url }));
      expect(await openSender().send(messageTo(receiver.url))).toMatchObject({
        responseStatus: code,
        error: `answered ${code}`,
      });
    }
    expect(target.received).toEqual([]);
  });

  it.each([400, 404, 410, 429, 500, 503])('that is answered %i is not delivered', async (code) => {
    const receiver = await startReceiver(status(code));
    expect(await openSender().send(messageTo(receiver.url))).toMatchObject({ error: `answered ${code}` });
  });

  it.each([429, 503])('that is answered %i says how long to wait', async (code) => {
    const receiver = await startReceiver(status(code, { 'retry-after': '7' }));
    expect((await openSender().send(messageTo(receiver.url))).retryAfterMs).toBe(7000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    const later = await startReceiver(status(code, { 'retry-after': date }));
    const { retryAfterMs = 0 } = await openSender().send(messageTo(later.url));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('that is answered 500 does not', async () => {
    const receiver = await startReceiver(status(500, { 'retry-after': '7' }));
    expect((await openSender().send(messageTo(receiver.url))).retryAfterMs).toBeUndefined();
  });
});

describe('an answer', () => {
  it('is kept to its first KiB, whole characters that PostgreSQL takes', async () => {
    const receiver = await startReceiver((response) => response.end(`\0${'ü'.repeat(2000)}`));
    const { responseBody } = await openSender().send(messageTo(receiver.url));
    expect(responseBody).toBe(`\uFFFD${'ü'.repeat(511)}`);
  });

  it('without end is read to 64 KiB, then let go of', async () => {
    let sent = 0;
    const receiver = await startReceiver((response) => {
      const timer = setInterval(() => {
        sent += 16_384;
        response.write(Buffer.alloc(16_384, 'x'));
      }, 2);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect(await openSender().send(messageTo(receiver.url))).toMatchObject({ error: null, responseStatus: 200 });
    expect(sent).toBeLessThan(4_000_000);
  });

  it.each([
    ['never comes', () => undefined],
    ['never ends', (response: { write: (text: string) => unknown }) => void response.write('a')],
  ])('that %s is a failure after the timeout', async (_what, answer) => {
    const receiver = await startReceiver(answer);
    const { error, durationMs } = await openSender({ timeoutMs: 300 }).send(messageTo(receiver.url));
    expect(error).toBe('no whole answer within 300 ms');
    expect(durationMs).toBeLessThan(3000);
  });

  it('that is no HTTP is a failure', async () => {
    const server = createServer((socket) => socket.end('hello\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await openSender().send(messageTo(`http://127.0.0.1:${port}/`))).toMatchObject({
      responseStatus: null,
      error: expect.stringMatching(/^(no answer|the connection)/) as string,
    });
  });
});

it('nobody there is a failure', async () => {
  expect((await openSender().send(messageTo('http://127.0.0.1:9/'))).error).toBe('the connection was refused');
  const missing = openSender({ resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })) });
  expect((await missing.send(messageTo('http://nowhere.example/'))).error).toBe('the host was not found');
});

it('an attempt can be called off', async () => {
  const receiver = await startReceiver(() => undefined);
  const calling = new AbortController();
  const sending = openSender().send(messageTo(receiver.url), calling.signal);
  calling.abort();
  await expect(sending).rejects.toThrow();
});

describe('a connection', () => {
  it('goes to the address that was looked at, and the receiver is told the name', async () => {
    const receiver = await startReceiver();
    const sender = openSender({ resolve: () => Promise.resolve([LOOPBACK]) });
    const url = `http://shop.example:${receiver.port}/hook`;
    expect(await sender.send(messageTo(url))).toMatchObject({ error: null });
    expect(receiver.received[0]?.headers.host).toBe(`shop.example:${receiver.port}`);
  });

  it('is refused where the name leads elsewhere than at registration (DNS rebinding)', async () => {
    const receiver = await startReceiver();
    const answers = [[PUBLIC], [LOOPBACK]];
    const sender = openSender({ allowPrivate: false, resolve: () => Promise.resolve(answers.shift() ?? [LOOPBACK]) });
    const url = `http://shop.example:${receiver.port}/hook`;
    expect(await sender.forbidden(url)).toBeUndefined();
    for (let attempt = 1; attempt <= 2; attempt += 1)
      expect((await sender.send(messageTo(url))).error).toBe('url must not lead to a loopback address');
    expect(receiver.received).toEqual([]);
  });

  it('is refused where only one of several addresses is forbidden', async () => {
    const receiver = await startReceiver();
    const sender = openSender({ allowPrivate: false, resolve: () => Promise.resolve([PUBLIC, LOOPBACK]) });
    expect((await sender.send(messageTo(`http://shop.example:${receiver.port}/`))).error).toContain('loopback');
    expect(receiver.received).toEqual([]);
  });

  it.each(['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433'])(
    'is refused to %s, which needs no lookup',
    async (host) => {
      const receiver = await startReceiver();
      const sender = openSender({ allowPrivate: false });
      const { error } = await sender.send(messageTo(`http://${host}:${receiver.port}/`));
      expect(error).toBe('url must not lead to a loopback address');
      expect(receiver.received).toEqual([]);
    },
  );
});
