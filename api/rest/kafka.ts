/** `/api/test`: how Kafka is, and publishing by hand where test endpoints are enabled. */
import { z } from 'zod';
import type { KafkaStatus } from '../kafka-status.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

const statusSchema: z.ZodType = z
  .object({
    status: z.enum(['up', 'down', 'not_configured']),
    detail: z.string().optional().describe('What is wrong, where Kafka is down'),
    brokers: z.array(z.object({ id: z.int(), address: z.string().meta({ example: '127.0.0.1:9092' }) })),
    topics: z
      .array(
        z.object({
          name: z.string().meta({ example: 'order.created.v1' }),
          status: z.enum(['present', 'missing']),
          partitions: z.int().optional(),
        }),
      )
      .describe('Those that Steadfast needs; the relay makes the missing ones'),
    publisher: z
      .object({
        lag: z.int().describe('Events that are not published yet'),
        lag_is_partial: z.boolean().describe('Whether there may be more than were looked at'),
        oldest_seconds: z.number().describe('Age of the oldest of them, 0 where there is none'),
        published: z.int().describe('Events dealt with, dead letters included'),
        errors: z.int(),
        last_error: z.string().optional().describe('Also where publishing has gone on since'),
        throughput: z.number().describe('Events a second'),
      })
      .optional()
      .describe('Once a relay has begun to publish'),
  })
  .meta({ id: 'KafkaStatus' });

const testEvent = z.strictObject({
  order_id: z.string().optional().describe('The key of the record; a fresh id where absent').meta({ maxLength: 64 }),
  type: z.string().optional().describe('The CloudEvents type').meta({ maxLength: 100, default: 'test.event.v1' }),
  payload: z.record(z.string(), z.unknown()).optional().describe('The data of the event'),
  simulate_failure: z.boolean().optional().describe('Makes every try fail, so that the event becomes a dead letter'),
});

const resultSchema: z.ZodType = z
  .object({ event_id: z.uuid(), status: z.enum(['PUBLISHED', 'DEAD_LETTERED']) })
  .meta({ id: 'TestEventResult' });

/** Adds the routes; publishing by hand only where the use case is there. */
export function kafkaRoutes(app: HttpApp, { kafkaStatus, publishTestEvent }: UseCases): void {
  app.get(
    '/api/test/kafka-status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'How Kafka is',
        description:
          'Asks the brokers and the publisher. While Kafka is away orders are accepted and go on; their events wait in ' +
          'the log and are published when it is back.',
        tags: ['health'],
        operationId: 'kafkaStatus',
        response: { 200: statusSchema.describe('Whether it is up, down or not configured'), ...problems(503) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send(present(await kafkaStatus())),
  );

  if (!publishTestEvent) return;
  app.post(
    '/api/test/publish-event',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Publish a test event',
        description:
          'Publishes a CloudEvent to order.updated.v1 with the three tries of the publisher; 409 without KAFKA_BROKERS. ' +
          'Only where ENABLE_TEST_ENDPOINTS is true.',
        tags: ['health'],
        operationId: 'publishTestEvent',
        body: testEvent,
        response: {
          200: resultSchema.describe('Published'),
          202: resultSchema.describe('Refused three times: see /api/dlq/event/{event_id}'),
          ...problems(400, 409, 413, 415, 503),
        },
      },
    },
    async ({ body }, reply) => {
      const { eventId, status } = await publishTestEvent({
        orderId: body.order_id,
        type: body.type,
        payload: body.payload,
        simulateFailure: body.simulate_failure,
      });
      return reply.code(status === 'PUBLISHED' ? 200 : 202).send({ event_id: eventId, status });
    },
  );
}

function present({ status, detail, brokers, topics, publisher }: KafkaStatus) {
  return {
    status,
    detail,
    brokers,
    topics: topics.map(({ name, partitions }) => ({
      name,
      status: partitions === undefined ? 'missing' : 'present',
      partitions,
    })),
    publisher: publisher && {
      lag: publisher.lag ?? 0,
      lag_is_partial: publisher.isLagPartial,
      oldest_seconds: publisher.lagSeconds ?? 0,
      published: publisher.processed,
      errors: publisher.errors,
      last_error: publisher.lastError ?? undefined,
      throughput: publisher.throughput,
    },
  };
}
