/** The metrics of the whole system: the same at every server, so one of them is read (`max`), never their sum. */
import type { Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { type OrderTotals, readOrderTotals } from '../db/order-totals.ts';
import { STAGE_BOUNDS_MS } from '../db/projections.ts';
import type { StageTotal } from '../db/statistics.ts';
import { ORDER_STATUSES } from '../domain/order-status.ts';
import { createFamilyRegistry, type Family, type Sample } from '../telemetry/families.ts';
import { within } from './deadline.ts';
import { Failure } from '../domain/failures.ts';
import type { KnownProcessor } from './processors.ts';
import type { ReadSystem, SystemSnapshot } from './system.ts';

/** What is read at once: the system, and what its orders add up to; undefined while Postgres does not answer. */
interface Reading {
  readonly system: SystemSnapshot;
  readonly totals: OrderTotals | undefined;
}

/** Scrapes within this time are answered alike. */
const KEEP_MS = 5000;
const TOTALS_WITHIN_MS = 4000;

/** Makes the registry; nothing is read until somebody scrapes. */
export function createSystemMetrics({ db, readSystem }: { db: Database; readSystem: ReadSystem }): Registry {
  const failure = () => new Failure('UNAVAILABLE', 'Postgres does not answer');
  const readTotals = () => within(readOrderTotals(db), { ms: TOTALS_WITHIN_MS, failure }).catch(() => undefined);
  const take = async (): Promise<Reading> => {
    const [system, totals] = await Promise.all([readSystem(), readTotals()]);
    return { system, totals };
  };
  return createFamilyRegistry(FAMILIES, { take, keepMs: KEEP_MS });
}

const each = <Item>(
  items: readonly Item[] | undefined,
  toSample: (item: Item) => Sample & { readonly value: number },
): readonly Sample[] | undefined => items?.map(toSample);

/** A figure of each processor that has it. */
function ofProcessors(
  { system }: Reading,
  figure: (processor: KnownProcessor) => number | boolean | null,
): readonly Sample[] | undefined {
  return system.processors?.flatMap((processor) => {
    const value = figure(processor);
    return value === null ? [] : [{ labels: { consumer: processor.name }, value: Number(value) }];
  });
}

function countOf(counts: Readonly<Record<string, number>> | undefined, label: string): readonly Sample[] | undefined {
  return counts && Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

const FAMILIES: readonly Family<Reading>[] = [
  {
    name: 'steadfast_orders',
    help: 'Orders by the status that they have now.',
    type: 'gauge',
    read: ({ totals }) =>
      totals &&
      ORDER_STATUSES.map((status) => ({
        labels: { status },
        value: totals.statuses.find((each) => each.status === status)?.orders ?? 0,
      })),
  },
  {
    name: 'steadfast_orders_created_total',
    help: 'Orders that were accepted.',
    type: 'counter',
    read: ({ totals }) => totals && [{ value: totals.statuses.reduce((sum, { orders }) => sum + orders, 0) }],
  },
  {
    name: 'steadfast_orders_delivered_total',
    help: 'Orders that were delivered.',
    type: 'counter',
    read: ({ totals }) =>
      totals && [{ value: totals.statuses.find(({ status }) => status === 'DELIVERED')?.orders ?? 0 }],
  },
  {
    name: 'steadfast_orders_cancelled_total',
    help: 'Orders that were cancelled, by reason.',
    type: 'counter',
    read: ({ totals }) =>
      each(totals?.cancellations, ({ failureReason, orders }) => ({
        labels: { reason: failureReason },
        value: orders,
      })),
  },
  {
    name: 'steadfast_order_checks_total',
    help: 'New orders that the business rules approved or rejected.',
    type: 'counter',
    read: ({ totals }) => each(totals?.validations, ({ outcome, orders }) => ({ labels: { outcome }, value: orders })),
  },
  {
    name: 'steadfast_orders_delivered_minor_units_total',
    help: 'What the delivered orders were worth, in minor units of their currency.',
    type: 'counter',
    read: ({ totals }) =>
      each(totals?.delivered, ({ currency, totalMinor }) => ({ labels: { currency }, value: totalMinor })),
  },
  {
    name: 'steadfast_order_stage_duration_seconds',
    help: 'How long orders were in a status before they went to the next one.',
    type: 'histogram',
    read: ({ totals }) => totals && stageHistograms(totals.stages),
  },
  {
    name: 'steadfast_order_alerts',
    help: 'Open orders that need somebody, by reason; a count stops at 1000.',
    type: 'gauge',
    read: ({ system }) => countOf(system.counts?.alerts, 'reason'),
  },
  {
    name: 'steadfast_dead_letters',
    help: 'Dead letters by status; a count stops at 10000.',
    type: 'gauge',
    read: ({ system }) => countOf(system.counts?.deadLetters, 'status'),
  },
  {
    name: 'steadfast_webhook_deliveries',
    help: 'Deliveries of webhooks that wait for their first attempt or for another one, or were given up; a count stops at 10000.',
    type: 'gauge',
    read: ({ system: { counts } }) =>
      counts && [
        { labels: { state: 'waiting' }, value: counts.pending - counts.retrying },
        { labels: { state: 'retrying' }, value: counts.retrying },
        { labels: { state: 'failed' }, value: counts.failed },
      ],
  },
  {
    name: 'steadfast_webhook_endpoints',
    help: 'Registered webhooks.',
    type: 'gauge',
    read: ({ system: { counts } }) =>
      counts && [
        { labels: { state: 'active' }, value: counts.endpoints - counts.disabled },
        { labels: { state: 'disabled' }, value: counts.disabled },
      ],
  },
  {
    name: 'steadfast_consumer_lag_events',
    help: 'Events or records that a consumer has not dealt with; a count stops at 10000.',
    type: 'gauge',
    read: (reading) => ofProcessors(reading, ({ lag }) => lag),
  },
  {
    name: 'steadfast_consumer_lag_seconds',
    help: 'Age of the oldest event that a consumer has not dealt with.',
    type: 'gauge',
    read: (reading) => ofProcessors(reading, ({ lagSeconds }) => lagSeconds),
  },
  {
    name: 'steadfast_consumer_led',
    help: 'Whether some relay leads the consumer.',
    type: 'gauge',
    read: (reading) => ofProcessors(reading, ({ isLed }) => isLed),
  },
  {
    name: 'steadfast_consumer_events_total',
    help: 'Events or records that a consumer has dealt with.',
    type: 'counter',
    read: (reading) => ofProcessors(reading, ({ processed }) => processed),
  },
  {
    name: 'steadfast_consumer_errors_total',
    help: 'Errors of a consumer; it tries again after each.',
    type: 'counter',
    read: (reading) => ofProcessors(reading, ({ errors }) => errors),
  },
  {
    name: 'steadfast_worker_pollers',
    help: 'Pollers that asked Temporal for tasks within the last minute, by kind of tasks.',
    type: 'gauge',
    read: ({ system }) => each(system.workers.workers, ({ tasks, pollers }) => ({ labels: { tasks }, value: pollers })),
  },
  {
    name: 'steadfast_task_queue_backlog_tasks',
    help: 'Tasks that wait for a worker, as far as Temporal knows.',
    type: 'gauge',
    read: ({ system }) =>
      each(system.workers.workers, ({ tasks, backlog }) => ({ labels: { tasks }, value: backlog ?? 0 })),
  },
  {
    name: 'steadfast_task_queue_backlog_age_seconds',
    help: 'Age of the oldest task that waits for a worker.',
    type: 'gauge',
    read: ({ system }) =>
      each(system.workers.workers, ({ tasks, backlogSeconds }) => ({ labels: { tasks }, value: backlogSeconds ?? 0 })),
  },
  {
    name: 'steadfast_dependency_up',
    help: 'Whether what the server leans on answers it.',
    type: 'gauge',
    read: ({ system }) =>
      Object.entries(system.services).map(([dependency, { status }]) => ({
        labels: { dependency },
        value: Number(status === 'up'),
      })),
  },
  {
    name: 'steadfast_database_connections',
    help: 'Connections to PostgreSQL by process and state.',
    type: 'gauge',
    read: ({ totals }) =>
      each(totals?.connections, ({ application, state, connections }) => ({
        labels: { process: application.replace(/^steadfast-/, ''), state },
        value: connections,
      })),
  },
];

/** The histogram of each pair of statuses; the buckets of a Prometheus histogram add up. */
function stageHistograms(stages: readonly StageTotal[]): Sample[] {
  const name = 'steadfast_order_stage_duration_seconds';
  const pairs = Map.groupBy(stages, ({ status, nextStatus }) => `${status} ${nextStatus}`);
  return [...pairs.values()].flatMap((buckets) => {
    const labels = { status: buckets[0]?.status ?? '', next_status: buckets[0]?.nextStatus ?? '' };
    const upTo = (last: number) =>
      buckets.filter(({ bucket }) => bucket <= last).reduce((sum, { orders }) => sum + orders, 0);
    const sum = buckets.reduce((total, { totalMs }) => total + totalMs, 0) / 1000;
    const all = upTo(STAGE_BOUNDS_MS.length);
    return [
      ...STAGE_BOUNDS_MS.map((bound, place) => ({
        labels: { ...labels, le: bound / 1000 },
        value: upTo(place),
        metricName: `${name}_bucket`,
      })),
      { labels: { ...labels, le: '+Inf' }, value: all, metricName: `${name}_bucket` },
      { labels, value: sum, metricName: `${name}_sum` },
      { labels, value: all, metricName: `${name}_count` },
    ];
  });
}
