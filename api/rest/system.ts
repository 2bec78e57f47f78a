/** `/api/system` and its stream: how everything that serves orders is getting on. */
import { z } from 'zod';
import { MOST_COUNTED } from '../../db/system-counts.ts';
import { presentSystem } from '../present-system.ts';
import { createSampler, type Listener } from '../sampler.ts';
import type { UseCases } from '../use-cases.ts';
import { problems, servicesSchema } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { EVENT_STREAM, eventStreamSchema, keepStreams, type StreamSettings } from './open-streams.ts';
import { processorSchema, workersSchema } from './statistics-answers.ts';

/** How the streams are kept open, and how often the system is looked at for all of them, in milliseconds. */
export interface SystemStreamSettings extends StreamSettings {
  readonly sampleMs: number;
  /** After so long a listener is told though nothing has changed. */
  readonly tellMs: number;
}

const SETTINGS: SystemStreamSettings = {
  sampleMs: 2000,
  tellMs: 15_000,
  heartbeatMs: 15_000,
  stallMs: 60_000,
  most: 500,
};

const count = z.int();
const partial = (most: number) =>
  z.boolean().describe(`Whether a count has stopped at ${most.toLocaleString('en')}: there may be more`);
const WITH_POSTGRES = 'Absent while Postgres does not answer';

const systemSchema: z.ZodType = z
  .object({
    as_of: z.iso.datetime(),
    services: servicesSchema,
    workers: workersSchema,
    processors: z.array(processorSchema).optional().describe(WITH_POSTGRES),
    dead_letters: z
      .object({
        pending: count,
        failed: count.describe('Their replay failed'),
        replayed: count,
        skipped: count,
        is_partial: partial(MOST_COUNTED.deadLetters),
      })
      .optional()
      .describe(WITH_POSTGRES),
    webhooks: z
      .object({
        endpoints: count,
        disabled: count.describe('Of the endpoints'),
        deliveries: z.object({
          pending: count.describe('Not delivered and not given up'),
          retrying: count.describe('Of these, those that wait for another attempt'),
          failed: count.describe('Given up, as long as they are kept'),
          is_partial: partial(MOST_COUNTED.deliveries),
        }),
      })
      .optional()
      .describe(WITH_POSTGRES),
    alerts: z
      .object({
        counts: z.object({ STUCK: count, PAYMENT_STUCK: count, AWAITING_APPROVAL: count, PROBLEMATIC: count }),
        is_partial: partial(MOST_COUNTED.alerts),
      })
      .optional()
      .describe(WITH_POSTGRES),
  })
  .meta({ id: 'System' });

type System = ReturnType<typeof presentSystem>;

/** Adds the routes. Open streams end when the application closes. */
export function systemRoutes(app: HttpApp, { readSystem }: UseCases, settings: SystemStreamSettings = SETTINGS): void {
  const ask = async () => presentSystem(await readSystem());
  const sampler = createSampler<System>({ ask, isSame, sampleMs: settings.sampleMs, tellMs: settings.tellMs });
  const openStream = keepStreams(app, settings);

  app.get(
    '/api/system',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'How the system is',
        description:
          'Services, processors, workers, and what waits for somebody: dead letters, webhook deliveries and alerts. It is ' +
          'answered also while parts are away: services says which.',
        tags: ['health'],
        operationId: 'getSystem',
        response: { 200: systemSchema },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send(await ask()),
  );

  app.get(
    '/api/system/stream',
    {
      config: { access: 'operator' },
      exposeHeadRoute: false,
      schema: {
        summary: 'Follow how the system is',
        description:
          'Server-sent events (`text/event-stream`): each message of the event `system` holds what /api/system answers. ' +
          'The first comes at once, the next when something has changed, at the latest after 15 seconds. Messages have no ' +
          'id: a client that comes back is told how the system is then.',
        tags: ['health'],
        operationId: 'streamSystem',
        response: {
          200: {
            description: 'Messages without end; comments in between keep the connection open',
            content: { 'text/event-stream': { schema: eventStreamSchema } },
          },
          ...problems(503),
        },
      },
    },
    async (request, reply) => {
      const { heartbeatMs } = settings;
      const stream = await openStream({ request, reply }, (signal) =>
        tell(sampler.listen(signal), { heartbeatMs, signal }),
      );
      return reply.headers(EVENT_STREAM).send(stream);
    },
  );
}

async function* tell(
  listener: Listener<System>,
  { heartbeatMs, signal }: { heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<string, void> {
  yield 'retry: 1000\n: stream open\n\n';
  while (!signal.aborted) {
    const system = await listener.next(heartbeatMs);
    yield system ? `event: system\ndata: ${JSON.stringify(system)}\n\n` : ': heartbeat\n\n';
  }
}

/** Time alone changes nothing. */
function isSame({ as_of: _, ...one }: System, { as_of: __, ...other }: System): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
