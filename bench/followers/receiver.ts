/** A receiver of webhooks that answers at once. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { serveFollower } from './serve.ts';

/** Nothing is to be said to it. */
export type ReceiverOptions = Readonly<Record<string, never>>;

serveFollower(async (_: ReceiverOptions, note) => {
  const server = createServer((request, response) => {
    json(request).then(
      (event) => {
        note((event as { time: string }).time);
        response.writeHead(204).end();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
});
