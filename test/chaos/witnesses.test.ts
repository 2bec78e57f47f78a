import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { followLive } from '../../chaos/witnesses/live-stream.ts';
import { receiveWebhooks } from '../../chaos/witnesses/webhook-receiver.ts';
import { until } from '../support/until.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

it('the receiver of webhooks knows a signature of its secret from one of another, and a body that was changed', async () => {
  const receiver = await receiveWebhooks();
  onTestFinished(() => receiver.close());
  receiver.secret = SECRET;
  const body = JSON.stringify({ id: 'event-1', subject: 'order-1', sequence: '3' });
  const send = async (signer: Webhook, sent = body) => {
    const at = new Date();
    const answer = await fetch(`http://127.0.0.1:${receiver.port}/`, {
      method: 'POST',
      body: sent,
      headers: {
        'webhook-id': 'event-1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign('event-1', at, body),
      },
    });
    expect(answer.status).toBe(204);
  };
  await send(new Webhook(SECRET));
  await send(new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`));
  await send(new Webhook(SECRET), body.replace('"3"', '"4"'));
  expect(receiver.received).toEqual([
    { eventId: 'event-1', orderId: 'order-1', sequence: 3, isSigned: true },
    { eventId: 'event-1', orderId: 'order-1', sequence: 3, isSigned: false },
    { eventId: 'event-1', orderId: 'order-1', sequence: 4, isSigned: false },
  ]);
});

it('the follower of the live stream comes back after its last whole message', async () => {
  const resumedAt: (string | undefined)[] = [];
  const message = (place: number) =>
    `id: ${place}-0\ndata: ${JSON.stringify({ id: `event-${place}`, subject: 'order-1', sequence: String(place) })}\n\n`;
  const answers: ((response: ServerResponse) => void)[] = [
    // Cut off in the middle of the second message.
    (response) => response.write(message(1) + message(2).slice(0, 20), () => response.destroy()),
    (response) => void response.writeHead(503).end(),
    (response) => response.write(message(2) + message(3)),
  ];
  const server = createServer((request, response) => {
    resumedAt.push(request.headers['last-event-id'] as string | undefined);
    answers[resumedAt.length - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const follower = followLive(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await until('three events are told', () => follower.told.length === 3);
  await follower.close();
  expect(follower.told.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(resumedAt).toEqual(['0-0', '1-0', '1-0']);
});
