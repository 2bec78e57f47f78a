/** Clients of the event stream: one that shows the bytes as they come, and one of a published library. */
import { get, type IncomingMessage } from 'node:http';
import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';
import type { OrderCloudEvent } from '../../../events/cloud-event.ts';
import { until } from '../../support/until.ts';

/** A message of the stream. */
export interface Message {
  readonly id: string;
  readonly event: OrderCloudEvent;
}

/** A connection of its own: what it got, and the socket's fate. */
export interface Connection {
  readonly response: IncomingMessage;
  readonly messages: Message[];
  /** The blocks as they came: messages, comments and all. */
  readonly blocks: string[];
  /** The id to resume after: of the last message or heartbeat. */
  lastId: string | undefined;
  readonly ended: Promise<void>;
  cut(): void;
}

/** Connects and begins to read; the stream is open when it resolves. */
export async function connect(url: string, headers: Record<string, string> = {}): Promise<Connection> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const connection: Connection = {
    response,
    messages: [],
    blocks: [],
    lastId: undefined,
    ended: new Promise((resolve) => response.once('close', resolve)),
    cut: () => response.destroy(),
  };
  onTestFinished(() => connection.cut());
  response.on('error', () => undefined);
  if (response.statusCode !== 200) return connection;
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) take(connection, block);
  });
  await until('the stream is open', () => connection.blocks.length > 0 || response.closed);
  return connection;
}

function take(connection: Connection, block: string): void {
  connection.blocks.push(block);
  const id = /^id: (.*)$/m.exec(block)?.[1];
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (id !== undefined) connection.lastId = id;
  // Messages of other streams have a name, and their data is no event.
  if (data !== undefined && !/^event: /m.test(block))
    connection.messages.push({ id: id!, event: JSON.parse(data) as OrderCloudEvent });
}

/** The published client, which comes back by itself; closed when the test is finished. */
export async function openEventSource(url: string): Promise<{ source: EventSource; messages: Message[] }> {
  const source = new EventSource(url);
  onTestFinished(() => source.close());
  const messages: Message[] = [];
  source.onmessage = ({ data, lastEventId }) => {
    messages.push({ id: lastEventId, event: JSON.parse(data as string) as OrderCloudEvent });
  };
  await until('it is open', () => source.readyState === EventSource.OPEN);
  return { source, messages };
}
