/** `GET /api/orders.csv`: all orders of a list as a file for spreadsheets. */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import { decimals, toMajor } from '../../domain/money.ts';
import type { Order } from '../../domain/order.ts';
import { readOrderFilter, readSort } from '../order-filter.ts';
import { presentTime } from '../present.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { filterFields, readFilterFields, sortField } from './order-filter.ts';
import { callerOfRequest } from './rate-limits.ts';

/** Most exports at a time of one server; each reads from the database as fast as its client reads from it. */
const MOST_AT_ONCE = 4;
/** A client that takes nothing for so long is cut off. */
const STALL_MS = 60_000;
/** How long an export takes at most. */
const WITHIN_MS = 600_000;

const query = z.strictObject({ ...filterFields, sort: sortField });
const csv: z.ZodType = z.string();

/** The columns, each with what stands in it. */
const COLUMNS: Readonly<Record<string, (order: Order) => string | number | null>> = {
  id: ({ id }) => id,
  customer_id: ({ customerId }) => customerId,
  status: ({ status }) => status,
  approval: ({ approval }) => approval,
  failure_reason: ({ failureReason }) => failureReason,
  total_amount: ({ totalMinor, currency }) => toMajor(totalMinor, currency).toFixed(decimals(currency)),
  total_minor: ({ totalMinor }) => totalMinor,
  currency: ({ currency }) => currency,
  items: ({ lines }) => lines.length,
  payment_status: ({ payment }) => payment?.status ?? null,
  payment_method: ({ paymentMethod }) => paymentMethod,
  tracking_number: ({ shipment }) => shipment?.trackingNumber ?? null,
  carrier: ({ shipment }) => shipment?.carrier ?? null,
  created_at: ({ createdAt }) => presentTime(createdAt),
  updated_at: ({ updatedAt }) => presentTime(updatedAt),
};

/**
 * Adds the route. Exports that are under way are cut off when the application closes, when the credentials of their caller
 * end, and after ten minutes (`withinMs`), so that no half passes for a whole.
 */
export function orderExportRoutes(app: HttpApp, { exportOrders }: UseCases, withinMs = WITHIN_MS): void {
  const underWay = new Map<Readable, string | undefined>();
  app.addHook('preClose', (done) => {
    for (const file of underWay.keys()) file.destroy(new Error('the server is stopping'));
    done();
  });

  app.get(
    '/api/orders.csv',
    {
      config: { access: 'operator' },
      exposeHeadRoute: false,
      schema: {
        summary: 'Export orders',
        description:
          'The orders of a list as CSV (RFC 4180, UTF-8, with a header), at most 1,000,000. `items` is the number of lines. ' +
          'A cell that a spreadsheet would take for a formula begins with an apostrophe. Where reading fails in the middle, ' +
          'the connection is cut, so that a part is not taken for the whole; so it is where the credentials end meanwhile, and ' +
          'after ten minutes. One caller has one export at a time. Sorted by `updated_at`, orders that change ' +
          'meanwhile may be missed or come twice.',
        tags: ['orders'],
        operationId: 'exportOrders',
        querystring: query,
        response: {
          200: { description: 'The file', content: { 'text/csv': { schema: csv } } },
          ...problems(400, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { sort, ...filter } = request.query;
      const caller = nameOf(request);
      const pages = exportOrders(readOrderFilter(readFilterFields(filter)), readSort(sort));
      if (caller !== undefined && [...underWay.values()].includes(caller)) throw oneAtATime();
      if (underWay.size >= MOST_AT_ONCE) throw tooMany();
      const file = Readable.from(write(pages), { objectMode: false, highWaterMark: 1 });
      underWay.set(file, caller);
      const watched = request.identity && app.streamGuard.watch(request.identity);
      watched?.signal.addEventListener('abort', () => file.destroy(new Error('the credentials have ended')));
      const tooLong = setTimeout(() => file.destroy(new Error('the export took too long')), withinMs);
      file.once('close', () => {
        clearTimeout(tooLong);
        watched?.letGo();
        underWay.delete(file);
      });
      // What fails before the first line is a problem as any other, not a file that is cut off.
      await firstLine(file);
      reply.raw.setTimeout(STALL_MS);
      return reply
        .header('content-disposition', `attachment; filename="orders-${new Date().toISOString().slice(0, 10)}.csv"`)
        .header('cache-control', 'no-store')
        .type('text/csv; charset=utf-8; header=present')
        .send(file);
    },
  );
}

/** As RFC 4180 has it, without cells that a spreadsheet would take for formulas. */
const FORMAT = { record_delimiter: 'windows', escape_formulas: true } as const;

async function* write(pages: AsyncIterable<readonly Order[]>): AsyncGenerator<string, void> {
  let header = stringify([Object.keys(COLUMNS)], FORMAT);
  for await (const page of pages) {
    const rows = page.map((order) => Object.values(COLUMNS).map((cell) => cell(order)));
    yield header + stringify(rows, FORMAT);
    header = '';
  }
  if (header !== '') yield header;
}

/** Waits until there is something to send; rejects where there is an error instead. */
function firstLine(file: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    file.once('readable', () => {
      file.off('error', reject);
      resolve();
    });
    file.once('error', reject);
  });
}

/** Who exports; undefined where nobody is asked, so that everybody would be one. */
function nameOf({ identity, ip }: Pick<FastifyRequest, 'identity' | 'ip'>): string | undefined {
  return !identity || identity.caller.kind === 'anonymous' ? undefined : callerOfRequest({ identity, ip });
}

function oneAtATime(): Failure {
  const message = 'One caller has one export at a time: let the other one end first.';
  return new Failure('RATE_LIMITED', message, { retryAfterSeconds: 10 });
}

function tooMany(): Failure {
  return new Failure('UNAVAILABLE', `This server writes ${MOST_AT_ONCE} exports already, as many as it does at once.`, {
    retryAfterSeconds: 10,
  });
}
