/** `/api/events/stream`: the log live, as server-sent events. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { LoggedEvent } from '../../db/log.ts';
import { Failure } from '../../domain/failures.ts';
import { textOf } from '../../events/event-text.ts';
import type { LogStream } from '../../events/log-stream.ts';
import { demand, violation } from '../checks.ts';
import { readCursor, readEventFilter, writeCursor } from '../event-filter.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

/** How streams are kept open, in milliseconds, and how many. */
export interface StreamSettings {
  /** How often something is sent where nothing happens, so that no proxy takes the stream for dead. */
  readonly heartbeatMs: number;
  /** How long data may wait for a client that reads nothing of it before it is cut off. */
  readonly stallMs: number;
  /** Most open streams of this server. */
  readonly most: number;
}

const SETTINGS: StreamSettings = { heartbeatMs: 15_000, stallMs: 60_000, most: 5000 };

const list = z.union([z.string(), z.array(z.string())]).optional();

const query = z.strictObject({
  order_id: z.string().optional().describe('Only events of this order'),
  customer_id: z.string().optional().describe('Only events of orders of this customer'),
  type: list.describe(
    'Only these types, such as `order.created.v1` or `OrderCreated`: repeated or separated by commas',
  ),
  view_status: list.describe('Only events that lead to one of these statuses of the order status view'),
  failures_only: z.stringbool().optional().describe('Only rejected stock, failed payments, denials and cancellations'),
  last_event_id: z.string().optional().describe('As the header, for clients that cannot send it'),
  after: z.string().optional().describe('The same as last_event_id'),
});

const headers = z.object({
  'last-event-id': z
    .string()
    .optional()
    .describe('The id of the last event that was seen: the stream goes on after it. `0-0` begins with the first event')
    .meta({ example: '812-42' }),
});

/** What is sent; its type says nothing, as those of the other answers. */
const eventStream: z.ZodType = z.string();

/** Adds the route. Open streams end when the application closes; their clients resume where another server runs. */
export function eventStreamRoutes(
  app: HttpApp,
  { followEvents }: UseCases,
  { heartbeatMs, stallMs, most }: StreamSettings = SETTINGS,
): void {
  const open = new Set<AbortController>();
  app.addHook('preClose', (done) => {
    for (const stream of open) stream.abort();
    done();
  });

  app.get(
    '/api/events/stream',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'Follow events live',
        description:
          'Server-sent events (`text/event-stream`): each message is an event as CloudEvent in JSON, its id the place ' +
          'in the log. A client that comes back with `Last-Event-ID` gets everything after it, each event once and in ' +
          'order; browsers do so by themselves. Without it the stream begins now. Filters that are given must all match.',
        tags: ['events'],
        operationId: 'streamEvents',
        querystring: query,
        headers,
        response: {
          200: {
            description: 'Messages without end; comments in between keep the connection open',
            content: { 'text/event-stream': { schema: eventStream } },
          },
          ...problems(400, 503),
        },
      },
    },
    async (request, reply) => {
      const filter = readEventFilter({
        ...request.query,
        type: toList(request.query.type),
        view_status: toList(request.query.view_status),
      });
      const after = readStart([request.headers['last-event-id']].flat()[0], request.query);
      if (open.size >= most) throw tooMany(most);
      const ending = new AbortController();
      open.add(ending);
      const end = () => {
        open.delete(ending);
        ending.abort();
      };
      reply.raw.once('close', end);
      if (reply.raw.closed) end();
      const stream = await followEvents({ filter, after, signal: ending.signal });
      // A socket over which nothing can be sent for so long is closed; heartbeats keep that of a reading client busy.
      reply.raw.setTimeout(stallMs);
      const messages = tell(stream, { heartbeatMs, signal: ending.signal });
      return reply
        .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .type('text/event-stream')
        .send(Readable.from(messages, { objectMode: false }));
    },
  );
}

/** The text of the stream. Ids without data move on what a browser resumes after, also where no event matches for long. */
async function* tell(
  stream: LogStream,
  { heartbeatMs, signal }: { heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<string, void> {
  try {
    yield `retry: 1000\n${beat(stream, 'stream open')}`;
    while (!signal.aborted) {
      const events = await stream.next(heartbeatMs);
      yield events.length > 0 ? events.map(toMessage).join('') : beat(stream, 'heartbeat');
    }
  } finally {
    stream.close();
  }
}

function toMessage(event: LoggedEvent): string {
  return `id: ${writeCursor(event.cursor)}\ndata: ${textOf(event)}\n\n`;
}

function beat(stream: LogStream, comment: string): string {
  return `: ${comment}\nid: ${writeCursor(stream.position())}\n\n`;
}

/** Where to begin. The header comes first: a browser that resumes repeats the query that it began with. */
function readStart(header: string | undefined, { last_event_id, after }: z.output<typeof query>) {
  if (last_event_id !== undefined && after !== undefined)
    demand([violation('after', after, 'event_cursor', 'means the same as last_event_id; give one of the two')]);
  if (header !== undefined && header !== '') return readCursor('last-event-id', header);
  if (last_event_id !== undefined) return readCursor('last_event_id', last_event_id);
  return after === undefined ? undefined : readCursor('after', after);
}

function toList(words: string | string[] | undefined): string[] | undefined {
  return words === undefined ? undefined : [words].flat();
}

function tooMany(most: number): Failure {
  return new Failure('UNAVAILABLE', `This server has ${most} open streams already, as many as it takes.`, {
    retryAfterSeconds: 5,
  });
}
