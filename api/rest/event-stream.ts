/** `/api/events/stream`: the log live, as server-sent events. */
import { z } from 'zod';
import type { LoggedEvent } from '../../db/log.ts';
import { textOf } from '../../events/event-text.ts';
import type { LogStream } from '../../events/log-stream.ts';
import { demand, violation } from '../checks.ts';
import { readCursor, readEventFilter, writeCursor } from '../event-filter.ts';
import { ownOnly } from '../order-access.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { EVENT_STREAM, eventStreamSchema, keepStreams, type StreamSettings } from './open-streams.ts';

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

/** Adds the route. Open streams end when the application closes; their clients resume where another server runs. */
export function eventStreamRoutes(app: HttpApp, { followEvents }: UseCases, settings: StreamSettings = SETTINGS): void {
  const openStream = keepStreams(app, settings);
  app.get(
    '/api/events/stream',
    {
      config: { access: 'customer' },
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
            content: { 'text/event-stream': { schema: eventStreamSchema } },
          },
          ...problems(400, 503),
        },
      },
    },
    async (request, reply) => {
      const filter = readEventFilter({
        ...ownOnly(callerOf(request), request.query),
        type: toList(request.query.type),
        view_status: toList(request.query.view_status),
      });
      const after = readStart([request.headers['last-event-id']].flat()[0], request.query);
      const stream = await openStream({ request, reply }, async (signal) =>
        tell(await followEvents({ filter, after, signal }), { heartbeatMs: settings.heartbeatMs, signal }),
      );
      return reply.headers(EVENT_STREAM).send(stream);
    },
  );
}

/** The text of the stream. Ids without data move on what a browser resumes after, also where no event matches for long. */
async function* tell(
  stream: LogStream,
  { heartbeatMs, signal }: { heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<string, void> {
  const isOver = () => signal.aborted;
  try {
    yield `retry: 1000\n${beat(stream, 'stream open')}`;
    while (!isOver()) {
      const events = await stream.next(heartbeatMs);
      yield events.length > 0 ? events.map(toMessage).join('') : beat(stream, isOver() ? 'end' : 'heartbeat');
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
