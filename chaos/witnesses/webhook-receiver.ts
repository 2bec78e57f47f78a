/** A receiver of webhooks as another shop would write it: checks the signature by itself and keeps what came. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A webhook that came, each time that it came. */
export interface ReceivedWebhook {
  readonly eventId: string;
  readonly orderId: string;
  readonly sequence: number;
  readonly isSigned: boolean;
}

/** A receiver that listens. */
export interface WebhookReceiver {
  readonly port: number;
  readonly received: readonly ReceivedWebhook[];
  /** What the sender signs with, known once the webhook is registered. */
  secret: string;
  close(): void;
}

/** Listens on a free port of loopback. */
export async function receiveWebhooks(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const receiver = { port: 0, received, secret: '', close: () => undefined as unknown };
  const server = createServer((request, response) => {
    const take = async () => {
      const body = await text(request);
      const event = JSON.parse(body) as { id: string; subject: string; sequence: string };
      received.push({
        eventId: event.id,
        orderId: event.subject,
        sequence: Number(event.sequence),
        isSigned: isSigned(request, body, receiver.secret) && request.headers['webhook-id'] === event.id,
      });
      response.writeHead(204).end();
    };
    // A request that was cut in the middle has no answer.
    take().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.port = (server.address() as AddressInfo).port;
  receiver.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return receiver;
}

/** Standard Webhooks: HMAC-SHA256 of id, timestamp and body, https://www.standardwebhooks.com */
function isSigned({ headers }: IncomingMessage, body: string, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
