/** `steadfast stats` and `steadfast processors`: figures for people. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatMoney } from '../domain/money.ts';
import type { Printer } from './printer.ts';
import type { OpenSession } from './session.ts';

interface Period {
  readonly currency: string;
  readonly orders: number;
  readonly delivered: number;
  readonly cancelled: number;
  readonly revenue_minor: number;
}

interface Statistics {
  readonly orders: {
    readonly total: number;
    readonly in_progress: number;
    readonly completion_rate?: number;
    readonly failed: number;
    readonly by_status: readonly { readonly status: string; readonly orders: number; readonly percentage: number }[];
  };
  readonly today: readonly Period[];
  readonly period: { readonly days: number; readonly totals: readonly Period[] };
  readonly average_order_value: readonly { readonly currency: string; readonly average_minor: number }[];
  readonly customers: number;
  readonly products: number;
  readonly time_in_status: readonly { readonly status: string; readonly average_seconds: number }[];
  readonly validation: { readonly validated: number; readonly rejected: number };
}

interface Processors {
  readonly processors: readonly {
    readonly name: string;
    readonly leading: boolean | null;
    readonly processed: number;
    readonly errors: number;
    readonly last_error?: string;
    readonly last_error_at?: string;
    readonly throughput: number;
    readonly lag: number | null;
    readonly lag_is_partial: boolean;
    readonly lag_seconds: number | null;
  }[];
  readonly workers: {
    readonly task_queue: string;
    readonly status: string;
    readonly detail?: string;
    readonly tasks?: readonly {
      readonly tasks: string;
      readonly pollers: number;
      readonly backlog?: number;
      readonly backlog_seconds?: number;
    }[];
  };
}

/** Adds both commands. */
export function addStats(program: Command, open: OpenSession): void {
  program
    .command('stats')
    .description('show how many orders there are, where they stand and what they are worth')
    .option('--days <number>', 'how many days up to today are added up', readDays, 30)
    .action(async ({ days }: { days: number }, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<Statistics>('/api/stats', { query: { days } });
      print.answer(answer, () => {
        tellStatistics(print, answer);
      });
    });

  program
    .command('processors')
    .description('show who follows the order log, how far behind they are, and the workers')
    .action(async (_options: unknown, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<Processors>('/api/processors/status');
      print.answer(answer, () => {
        tellProcessors(print, answer);
      });
    });
}

function tellStatistics(print: Printer, statistics: Statistics): void {
  const { orders, today, period, validation } = statistics;
  print.card([
    ['orders', orders.total],
    ['in progress', orders.in_progress],
    ['completed', orders.completion_rate === undefined ? undefined : `${orders.completion_rate} %`],
    ['failed', orders.failed],
    ['customers', statistics.customers],
    ['products', statistics.products],
    ...statistics.average_order_value.map(
      ({ currency, average_minor }) => ['average order', formatMoney(average_minor, currency)] as const,
    ),
    ['requests refused', `${validation.rejected} of ${validation.validated}`],
  ]);
  print.table(
    ['status', 'orders', 'share', 'average time in it'],
    orders.by_status.map(({ status, orders: count, percentage }) => {
      const time = statistics.time_in_status.find((entry) => entry.status === status);
      return [status, count, `${percentage} %`, time && `${time.average_seconds} s`];
    }),
  );
  print.table(
    ['period', 'currency', 'orders', 'delivered', 'cancelled', 'revenue'],
    [
      ...today.map((total) => ['today', ...cells(total)]),
      ...period.totals.map((total) => [`${period.days} days`, ...cells(total)]),
    ],
  );
}

function cells({ currency, orders, delivered, cancelled, revenue_minor }: Period) {
  return [currency, orders, delivered, cancelled, formatMoney(revenue_minor, currency)];
}

function tellProcessors(print: Printer, { processors, workers }: Processors): void {
  print.table(
    ['processor', 'led', 'processed', 'a second', 'behind', 'for', 'errors', 'last error', 'at'],
    processors.map((processor) => [
      processor.name,
      processor.leading === null ? undefined : processor.leading ? 'yes' : 'no',
      processor.processed,
      processor.throughput,
      processor.lag === null ? undefined : `${processor.lag}${processor.lag_is_partial ? ' or more' : ''}`,
      processor.lag_seconds === null ? undefined : `${processor.lag_seconds} s`,
      processor.errors,
      processor.last_error?.slice(0, 60),
      processor.last_error_at,
    ]),
  );
  if (!workers.tasks) {
    print.line(`Workers of ${workers.task_queue}: not known, ${workers.detail ?? 'Temporal does not answer'}.`);
    return;
  }
  print.table(
    ['workers', 'pollers', 'tasks waiting', 'for'],
    workers.tasks.map(({ tasks, pollers, backlog, backlog_seconds }) => [
      tasks,
      pollers,
      backlog,
      backlog_seconds === undefined ? undefined : `${backlog_seconds} s`,
    ]),
  );
}

function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 365)
    throw new InvalidArgumentError('It is not a whole number from 1 to 365.');
  return days;
}
