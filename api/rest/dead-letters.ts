/** `/api/dlq`: reading dead letters, replaying, resetting and skipping them, and the audit of all that. */
import { z } from 'zod';
import { DEAD_LETTER_SOURCES, DEAD_LETTER_STATUSES, UNRESOLVED_STATUSES } from '../../domain/dead-letter.ts';
import type { DeadLetterFilter } from '../../db/dead-letter-reads.ts';
import {
  checkInteger,
  checkOrderId,
  checkReason,
  checkText,
  checkTime,
  demand,
  toInstant,
  violation,
} from '../checks.ts';
import {
  presentAudit,
  presentBulkReplay,
  presentDeadLetter,
  presentDetails,
  presentStats,
} from '../present-dead-letters.ts';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import { auditQuery } from './audit.ts';
import {
  auditPageSchema,
  bulkReplaySchema,
  deadLetterDetailsSchema,
  deadLetterPageSchema,
  deadLetterSchema,
  deadLetterStatsSchema,
} from './dead-letter-answers.ts';
import type { HttpApp } from './http-app.ts';
import { uuidParam } from './params.ts';
import { pageSize } from './query-numbers.ts';
import { limitTo } from './rate-limits.ts';

const MOST_TEXT = 250;
const MOST_AT_ONCE = 1000;
const STANDARD_AT_ONCE = 100;

const tags = ['dead letters'];
const params = z.object({ eventId: uuidParam('The id of the event') });

const listQuery = z.strictObject({
  topic: z.string().optional(),
  source: z
    .string()
    .optional()
    .describe(`${DEAD_LETTER_SOURCES.join(' or ')}, in any letter case`),
  order_id: z.string().optional(),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const bulkReplay = z.strictObject({
  filter: z.strictObject({
    status: z
      .string()
      .optional()
      .describe(`${UNRESOLVED_STATUSES.join(' or ')}; both where absent`),
    topic: z.string().optional(),
    source: z.string().optional(),
    order_id: z.string().optional(),
    event_type: z.string().optional(),
    failed_from: z.string().optional().describe('First failed at or after, ISO 8601'),
    failed_to: z.string().optional().describe('First failed before, ISO 8601'),
  }),
  dry_run: z.boolean().optional().describe('Only say how many and which'),
  limit: z
    .number()
    .optional()
    .describe('At most so many')
    .meta({ type: 'integer', minimum: 1, maximum: MOST_AT_ONCE, default: STANDARD_AT_ONCE }),
});

/** Single actions of one caller, and those that do many at once. */
const ACTIONS = limitTo({ name: 'dead letter actions', aMinute: 300 });
const BULK = limitTo({ name: 'dead letter bulk replays', aMinute: 30 });

/** Adds the routes. */
export function deadLetterRoutes(app: HttpApp, { deadLetters, readAudit }: UseCases): void {
  readingRoutes(app, { deadLetters, readAudit });
  actingRoutes(app, deadLetters);
}

function readingRoutes(app: HttpApp, { deadLetters, readAudit }: Pick<UseCases, 'deadLetters' | 'readAudit'>): void {
  const page = async (filter: DeadLetterFilter, query: z.output<typeof listQuery>) => {
    const { letters, nextPageToken } = await deadLetters.list({
      ...filter,
      ...readFilter(query),
      pageSize: query.page_size,
      pageToken: query.page_token,
    });
    return { dead_letters: letters.map(presentDeadLetter), next_page_token: nextPageToken };
  };

  app.get(
    '/api/dlq/stats',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Count dead letters',
        description: 'How many dead letters there are by status, source and topic, and how long the oldest has waited.',
        tags,
        operationId: 'getDeadLetterStats',
        response: { 200: deadLetterStatsSchema, ...problems(503) },
      },
    },
    async () => presentStats(await deadLetters.stats()),
  );

  app.get(
    '/api/dlq/pending',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List pending dead letters',
        description: 'Dead letters that nobody has dealt with, the longest waiting first, a page at a time.',
        tags,
        operationId: 'listPendingDeadLetters',
        querystring: listQuery,
        response: { 200: deadLetterPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => page({ statuses: ['PENDING'] }, query),
  );

  app.get(
    '/api/dlq/status/:status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List dead letters by status',
        description: 'Dead letters in one status, the longest waiting first, a page at a time.',
        tags,
        operationId: 'listDeadLetters',
        params: z.object({ status: z.string().describe(`${DEAD_LETTER_STATUSES.join(', ')}, in any letter case`) }),
        querystring: listQuery,
        response: { 200: deadLetterPageSchema, ...problems(400, 503) },
      },
    },
    async ({ params: { status }, query }) =>
      page({ statuses: [readWord('status', status, DEAD_LETTER_STATUSES)] }, query),
  );

  app.get(
    '/api/dlq/event/:eventId',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read a dead letter',
        description: 'A dead letter with what it carries, what was done about it and what waits behind it.',
        tags,
        operationId: 'getDeadLetter',
        params,
        response: { 200: deadLetterDetailsSchema, ...problems(404, 503) },
      },
    },
    async ({ params: { eventId } }) => presentDetails(await deadLetters.get(eventId)),
  );

  app.get(
    '/api/dlq/audit',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read the audit of dead letters',
        description: 'Who did what, when and with what result, the newest first, a page at a time.',
        tags,
        operationId: 'listDeadLetterAudit',
        querystring: z.strictObject({
          event_id: z.string().optional().describe('Only about this dead letter'),
          ...auditQuery,
        }),
        response: { 200: auditPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { event_id, page_size, page_token, ...filter } }) => {
      const { entries, nextPageToken } = await readAudit({
        ...filter,
        area: 'dead-letter.',
        subject: event_id?.toLowerCase(),
        pageSize: page_size,
        pageToken: page_token,
      });
      return { entries: entries.map(presentAudit), next_page_token: nextPageToken };
    },
  );
}

function actingRoutes(app: HttpApp, deadLetters: UseCases['deadLetters']): void {
  app.post(
    '/api/dlq/replay/:eventId',
    {
      config: { ...ACTIONS, access: 'admin' },
      schema: {
        summary: 'Replay a dead letter',
        description:
          'Publishes the event, or takes the record in again. It is done once: a repeat answers the first result. ' +
          'Where it fails again the answer is 200 with status FAILED and the error. While Kafka or whatever else would ' +
          'take it is away, 503, and without KAFKA_BROKERS, 409; the dead letter stays as it was then.',
        tags,
        operationId: 'replayDeadLetter',
        headers: actorHeaders,
        params,
        response: { 200: deadLetterSchema, ...problems(400, 404, 409, 429, 503) },
      },
    },
    async (request) => presentDeadLetter(await deadLetters.replay(request.params.eventId, actorOf(request))),
  );

  app.post(
    '/api/dlq/replay',
    {
      config: { ...BULK, access: 'admin' },
      schema: {
        summary: 'Replay many dead letters',
        description:
          'Replays those that match, events of one order in their order, or with dry_run says which they are. It takes up ' +
          'no more after 15 seconds; remaining says how many a repeat would find.',
        tags,
        operationId: 'replayDeadLetters',
        headers: actorHeaders,
        body: bulkReplay,
        response: { 200: bulkReplaySchema, ...problems(400, 409, 413, 415, 429, 503) },
      },
    },
    async (request) => {
      const { filter: given, dry_run: dryRun = false, limit = STANDARD_AT_ONCE } = request.body;
      demand(
        checkInteger('limit', limit, { rule: 'dead_letter', least: 1, most: MOST_AT_ONCE }),
        checkText('filter.event_type', given.event_type, { rule: 'dead_letter', most: MOST_TEXT }),
        checkTime('filter.failed_from', given.failed_from),
        checkTime('filter.failed_to', given.failed_to),
      );
      const filter: DeadLetterFilter = {
        ...readFilter(given),
        statuses:
          given.status === undefined ? undefined : [readWord('filter.status', given.status, UNRESOLVED_STATUSES)],
        eventType: given.event_type,
        failedFrom: toInstant(given.failed_from),
        failedTo: toInstant(given.failed_to),
      };
      return presentBulkReplay(await deadLetters.replayMany({ filter, dryRun, limit }, actorOf(request)), dryRun);
    },
  );

  app.put(
    '/api/dlq/reset/:eventId',
    {
      config: { ...ACTIONS, access: 'admin' },
      schema: {
        summary: 'Reset a failed dead letter',
        description: 'Takes a dead letter whose replay failed back to PENDING.',
        tags,
        operationId: 'resetDeadLetter',
        headers: actorHeaders,
        params,
        response: { 200: deadLetterSchema, ...problems(400, 404, 409, 429, 503) },
      },
    },
    async (request) => presentDeadLetter(await deadLetters.reset(request.params.eventId, actorOf(request))),
  );

  app.put(
    '/api/dlq/skip/:eventId',
    {
      config: { ...ACTIONS, access: 'admin' },
      schema: {
        summary: 'Give a dead letter up',
        description: 'It is not replayed any more; what waits behind it goes on. A repeat answers the first result.',
        tags,
        operationId: 'skipDeadLetter',
        headers: actorHeaders,
        params,
        body: z.strictObject({ reason: z.string().describe('1 to 500 printable characters') }),
        response: { 200: deadLetterSchema, ...problems(400, 404, 409, 413, 415, 429, 503) },
      },
    },
    async (request) => {
      const { reason } = request.body;
      demand(checkReason(reason));
      return presentDeadLetter(await deadLetters.skip(request.params.eventId, { actor: actorOf(request), reason }));
    },
  );
}

/** The filters that lists and bulk replays share. */
function readFilter(given: { topic?: string | undefined; source?: string | undefined; order_id?: string | undefined }) {
  const { topic, source, order_id: orderId } = given;
  demand(
    checkText('topic', topic, { rule: 'dead_letter', most: MOST_TEXT }),
    orderId === undefined ? [] : checkOrderId(orderId),
  );
  return { topic, orderId, source: source === undefined ? undefined : readWord('source', source, DEAD_LETTER_SOURCES) };
}

/** One of these words, in any letter case. */
function readWord<Word extends string>(field: string, given: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === given.trim().toUpperCase());
  if (word !== undefined) return word;
  const message = `must be one of ${words.join(', ')} in any letter case`;
  demand([violation(field, given, 'dead_letter', message)]);
  throw new Error(`${field} was taken for one of ${words.join(', ')}`);
}
