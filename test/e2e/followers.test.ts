/** Everything that follows the log, together, as `npm start` runs it with a broker and a cache. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Consumer } from '@platformatic/kafka';
import { CloudEvent, Kafka, type KafkaMessage } from 'cloudevents';
import { EventSource } from 'eventsource';
import { Webhook } from 'standardwebhooks';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PUBLISHED_TOPICS } from '../../domain/published-events.ts';
import { startTestKafka } from '../support/kafka.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { startSystem, temporaryFolder } from './system.ts';

const kafka = await startTestKafka();
const redis = await startTestRedis();

const ORDERS = 30;
const DELAYS = { PAYMENT_DELAY: '500ms', PREPARATION_DELAY: '500ms', DELIVERY_DELAY: '500ms' };

describe('the system with Kafka and Redis', () => {
  it('tells every event on the topics, live, to a webhook and in the statistics, also when the relay is killed', async () => {
    const system = await startSystem(temporaryFolder(), {
      ...DELAYS,
      KAFKA_BROKERS: kafka.address,
      REDIS_URL: redis.url,
      ENABLE_TEST_ENDPOINTS: 'true',
    });
    const { http, database } = system.endpoints();
    const get = async <Answer>(path: string) => (await (await fetch(`${http}${path}`)).json()) as Answer;
    const ready = await get<{ dependencies: Record<string, { status: string }> }>('/health/ready');
    expect(ready.dependencies).toMatchObject({ kafka: { status: 'up' }, redis: { status: 'up' } });

    const live = followLive(http);
    const hooks = await receiveWebhooks(http);
    const published = await consumeTopics();
    await until('the stream is open', () => live.isOpen());

    const generated = generate(http);
    await until('some orders are there', () => live.ids.length > 20);
    system.kill('relay');
    const summary = await generated;
    expect(summary).toMatchObject({ accepted: ORDERS });

    const sql = postgres(database, { max: 1, onnotice: () => undefined });
    onTestFinished(() => sql.end());
    await until('all orders are settled', async () => {
      const [row] = await sql`select count(*) from orders where status in ('DELIVERED', 'CANCELLED')`;
      return Number(row?.count) === ORDERS;
    });
    const events = await sql<{ id: string; order_id: string; version: number }[]>`
      select event_id as id, order_id, version from order_events order by tx, position`;
    const ids = events.map(({ id }) => id);

    await until('all events were live', () => live.ids.length >= ids.length);
    expect(live.ids).toEqual(ids);
    await until('all events were published', () => ids.every((id) => published.has(id)));
    await until('all events came to the webhook', () => ids.every((id) => hooks.ids.has(id)));
    await until('the statistics have all orders', async () => {
      const stats = await get<{ orders: { total: number } }>('/api/stats');
      return JSON.stringify(stats).includes(`${ORDERS}`);
    });
    const status = await get<{ status: string; publisher: { lag: number } }>('/api/test/kafka-status');
    expect(status).toMatchObject({ status: 'up', publisher: { lag: 0 } });
    expect(hooks.forged).toBe(0);
  });
});

/** Reads the live stream as a browser would. */
function followLive(http: string) {
  const ids: string[] = [];
  const source = new EventSource(`${http}/api/events/stream`);
  source.addEventListener('message', ({ data }) => ids.push((JSON.parse(data as string) as { id: string }).id));
  onTestFinished(() => {
    source.close();
  });
  return { ids, isOpen: () => source.readyState === source.OPEN };
}

/** Registers a receiver that checks every signature with the published library. */
async function receiveWebhooks(http: string) {
  const ids = new Set<string>();
  const received = { ids, forged: 0 };
  let secret = '';
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        new Webhook(secret).verify(Buffer.concat(chunks), request.headers as Record<string, string>);
        ids.add(String(request.headers['webhook-id']));
      } catch {
        received.forged += 1;
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const answer = await fetch(`${http}/api/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` }),
  });
  expect(answer.status).toBe(201);
  ({ secret } = (await answer.json()) as { secret: string });
  return received;
}

/** Collects the ids of the events on all topics, each read as a CloudEvent. */
async function consumeTopics() {
  const ids = new Set<string>();
  const consumer = new Consumer({ clientId: 'test', groupId: 'test', bootstrapBrokers: [kafka.address] });
  const stream = await consumer.consume({ topics: [...PUBLISHED_TOPICS], mode: 'earliest' });
  stream.on('data', ({ value, key, headers }) => {
    const text = Object.fromEntries([...headers].map(([name, content]) => [String(name), String(content)]));
    const message: KafkaMessage = {
      headers: text,
      key: String(key),
      value: String(value),
      body: String(value),
      timestamp: '',
    };
    const event = Kafka.toEvent(message);
    if (event instanceof CloudEvent && event.validate()) ids.add(event.id);
  });
  onTestFinished(async () => {
    await stream.close();
    await consumer.close(true);
  });
  return ids;
}

/** Runs `steadfast generate` and answers its summary. */
function generate(http: string): Promise<{ accepted: number }> {
  const child = spawn(
    'node',
    ['cli/steadfast.ts', '--server', http, '--json', 'generate', '--rate', '20', '--count', `${ORDERS}`, '--seed', '7'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const printed: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      const text = printed.join('');
      if (code === 0) resolve(JSON.parse(text.slice(text.indexOf('{'))) as { accepted: number });
      else reject(new Error(`generate ended with ${code}: ${text}`));
    });
  });
}
