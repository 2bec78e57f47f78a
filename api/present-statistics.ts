/** How statistics look outside: snake_case, amounts in minor units with the decimal beside them. */
import type { CustomerCurrency, CustomerStatistics, RankedCustomer } from '../db/customer-statistics.ts';
import type { OrderBrief } from '../db/order-search.ts';
import type { ProductDay, ProductSales, RankedProduct, SoldProduct } from '../db/product-statistics.ts';
import { STAGE_BOUNDS_MS } from '../db/projections.ts';
import type { DayTotal, PeriodTotal, StageTotal, Statistics, StatusTotal } from '../db/statistics.ts';
import type { ValidationCount } from '../db/validation-stats.ts';
import { toMajor } from '../domain/money.ts';
import { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.ts';
import { presentProduct, presentTime } from './present.ts';
import type { RecentActivity } from './rankings.ts';
import type { KnownProcessor, ProcessorStatus, Workers } from './processors.ts';

/** Everything for a page of figures. */
export function presentStatistics(statistics: Statistics & { validation: readonly ValidationCount[] }, now: string) {
  const { statuses, cancellations } = statistics;
  const ordersIn = (status: OrderStatus) => countOf(statuses.filter((total) => total.status === status));
  const delivered = ordersIn('DELIVERED');
  const cancelled = ordersIn('CANCELLED');
  const total = countOf(statuses);
  const onRequest = countOf(cancellations.filter(({ failureReason }) => failureReason === 'CANCELLED_ON_REQUEST'));
  return {
    as_of: presentTime(now),
    orders: {
      total,
      in_progress: total - delivered - cancelled,
      delivered,
      cancelled,
      failed: cancelled - onRequest,
      completion_rate: delivered + cancelled === 0 ? undefined : percentage(delivered, delivered + cancelled),
      by_status: ORDER_STATUSES.map((status) => presentStatus(status, statuses, total)),
      cancelled_by_reason: cancellations.map(({ failureReason, orders }) => ({
        failure_reason: failureReason,
        orders,
        percentage: percentage(orders, cancelled),
      })),
    },
    today: statistics.today.map(presentPeriod),
    period: {
      days: (Date.parse(statistics.to) - Date.parse(statistics.from)) / 86_400_000 + 1,
      from: statistics.from,
      to: statistics.to,
      totals: statistics.period.map(presentPeriod),
    },
    average_order_value: presentAverages(statuses),
    customers: statistics.customers,
    products: statistics.products,
    funnel: presentFunnel(statistics.stages, total),
    time_in_status: presentStages(statistics.stages),
    validation: presentValidation(statistics.validation),
  };
}

/** What the rules said. */
export function presentValidation(counts: readonly ValidationCount[]) {
  const of = (outcome: string) => counts.find((count) => count.outcome === outcome)?.orders ?? 0;
  return {
    validated: of('APPROVED') + of('REJECTED'),
    approved: of('APPROVED'),
    rejected: of('REJECTED'),
    rejected_by_rule: counts
      .filter(({ outcome }) => outcome !== 'APPROVED' && outcome !== 'REJECTED')
      .map(({ outcome, orders }) => ({ rule: outcome, orders })),
  };
}

/** A day in one currency. */
export function presentDay(day: DayTotal) {
  return { day: day.day, ...presentPeriod(day) };
}

/** A customer with all currencies; the sums at the top are those of the currency with most orders. */
export function presentCustomer({ customerId, orders, firstOrderAt, lastOrderAt, currencies }: CustomerStatistics) {
  const [main] = currencies;
  return {
    customer_id: customerId,
    total_orders: orders,
    first_order_at: presentTime(firstOrderAt),
    last_order_at: presentTime(lastOrderAt),
    ...(main && { currency: main.currency, ...money('total_spent', main.spentMinor, main.currency) }),
    by_currency: currencies.map(presentCurrency),
  };
}

/** A customer in a ranking. */
export function presentRankedCustomer(customer: RankedCustomer) {
  return {
    customer_id: customer.customerId,
    ...presentCurrency(customer),
    first_order_at: presentTime(customer.firstOrderAt),
    last_order_at: presentTime(customer.lastOrderAt),
  };
}

/** What a customer ordered of late. */
export function presentActivity({ from, to, orders, isPartial, statuses, days }: RecentActivity) {
  return {
    from,
    to,
    orders,
    is_partial: isPartial,
    by_status: ORDER_STATUSES.map((status) => ({
      status,
      orders: countOf(statuses.filter((total) => total.status === status)),
    })),
    days: days.map(({ day, currency, orders: placed, cancelled, spentMinor }) => ({
      day,
      currency,
      orders: placed,
      cancelled,
      ...money('total_spent', spentMinor, currency),
    })),
  };
}

/** What was ordered of a product on a day. */
export function presentProductDay({ day, currency, orders, cancelled, quantity, revenueMinor }: ProductDay) {
  return { day, currency, order_count: orders, cancelled, quantity, ...money('revenue', revenueMinor, currency) };
}

/** What was sold of a product: sums over all currencies, revenue in each. */
export function presentSales(sales: readonly ProductSales[]) {
  const sum = (of: (sale: ProductSales) => number) => sales.reduce((total, sale) => total + of(sale), 0);
  const quantity = sum((sale) => sale.quantity);
  return {
    quantity,
    order_count: sum((sale) => sale.orders),
    average_quantity: average(
      quantity,
      sum((sale) => sale.orders - sale.cancelled),
    ),
    revenue: sales.map(({ currency, revenueMinor }) => ({ currency, ...money('amount', revenueMinor, currency) })),
  };
}

/** A product with its sales. */
export function presentSoldProduct({ sales, ...product }: SoldProduct) {
  return { ...presentProduct(product), sales: presentSales(sales) };
}

/** A product in a ranking. */
export function presentRankedProduct({ productId, name, currency, ...sales }: RankedProduct) {
  return {
    product_id: productId,
    name,
    currency,
    quantity: sales.quantity,
    ...money('revenue', sales.revenueMinor, currency),
    order_count: sales.orders,
    average_quantity: average(sales.quantity, sales.orders - sales.cancelled),
  };
}

/** An order in brief. */
export function presentBrief(order: OrderBrief) {
  return {
    order_id: order.id,
    customer_id: order.customerId,
    status: order.status,
    approval: order.approval,
    total_minor: order.totalMinor,
    total_amount: toMajor(order.totalMinor, order.currency),
    currency: order.currency,
    created_at: presentTime(order.createdAt),
    updated_at: presentTime(order.updatedAt),
  };
}

/** Who follows the log, and the workers. */
export function presentProcessors(status: ProcessorStatus) {
  return { processors: status.processors.map(presentProcessor), workers: presentWorkers(status) };
}

/** How a processor is getting on. */
export function presentProcessor(processor: KnownProcessor) {
  return {
    name: processor.name,
    kind: processor.kind,
    leading: processor.isLed,
    lease_holder: processor.leaseHolder ?? undefined,
    processed: processor.processed,
    errors: processor.errors,
    last_error: processor.lastError ?? undefined,
    last_error_at: processor.lastErrorAt ?? undefined,
    last_event_at: processor.lastEventAt === null ? undefined : presentTime(processor.lastEventAt),
    throughput: round(processor.throughput),
    lag: processor.lag,
    lag_is_partial: processor.isLagPartial,
    lag_seconds: processor.lagSeconds === null ? null : round(Math.max(0, processor.lagSeconds)),
  };
}

/** The workers, as Temporal knows them. */
export function presentWorkers({ taskQueue, workers, detail }: Workers) {
  return {
    task_queue: taskQueue,
    status: workers ? ('up' as const) : ('down' as const),
    detail,
    tasks: workers?.map(({ tasks, pollers, backlog, backlogSeconds, tasksPerSecond }) => ({
      tasks,
      pollers,
      backlog,
      backlog_seconds: backlogSeconds,
      tasks_per_second: tasksPerSecond === undefined ? undefined : round(tasksPerSecond),
    })),
  };
}

function presentStatus(status: OrderStatus, statuses: readonly StatusTotal[], total: number) {
  const own = statuses.filter((of) => of.status === status);
  return {
    status,
    orders: countOf(own),
    percentage: percentage(countOf(own), total),
    amounts: own.map(({ currency, orders, totalMinor }) => ({
      currency,
      orders,
      total_minor: totalMinor,
      total_amount: toMajor(totalMinor, currency),
    })),
  };
}

function presentPeriod(total: PeriodTotal) {
  const { currency } = total;
  return {
    currency,
    orders: total.created,
    new_customers: total.newCustomers,
    delivered: total.delivered,
    cancelled: total.cancelled,
    ...money('revenue', total.revenueMinor, currency),
    ...money('ordered_value', total.createdMinor, currency),
    ...money('delivered_value', total.deliveredMinor, currency),
    ...money('cancelled_value', total.cancelledMinor, currency),
  };
}

/** By currency, of all orders that are not cancelled. */
function presentAverages(statuses: readonly StatusTotal[]) {
  const kept = statuses.filter(({ status }) => status !== 'CANCELLED');
  return [...new Set(kept.map(({ currency }) => currency))].map((currency) => {
    const own = kept.filter((total) => total.currency === currency);
    const minor = own.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
    return { currency, orders: countOf(own), ...money('average', Math.round(minor / countOf(own)), currency) };
  });
}

/** How many orders came as far as each status on the way to delivery. */
function presentFunnel(stages: readonly StageTotal[], total: number) {
  return ORDER_STATUSES.filter((status) => status !== 'CANCELLED').map((status) => {
    const orders = status === 'PENDING' ? total : countOf(stages.filter(({ nextStatus }) => nextStatus === status));
    return { status, orders, percentage: percentage(orders, total) };
  });
}

/** How long orders were in each status that they have left. */
function presentStages(stages: readonly StageTotal[]) {
  const left = ORDER_STATUSES.filter((status) => stages.some((stage) => stage.status === status));
  return left.map((status) => {
    const own = stages.filter((stage) => stage.status === status);
    const totalMs = own.reduce((sum, stage) => sum + stage.totalMs, 0);
    return {
      status,
      orders: countOf(own),
      average_seconds: round(totalMs / countOf(own) / 1000),
      histogram: [...STAGE_BOUNDS_MS, undefined].map((bound, bucket) => ({
        below_seconds: bound === undefined ? undefined : bound / 1000,
        orders: countOf(own.filter((stage) => stage.bucket === bucket)),
      })),
    };
  });
}

function presentCurrency(total: CustomerCurrency) {
  const { currency } = total;
  return {
    currency,
    orders: total.orders,
    delivered: total.delivered,
    cancelled: total.cancelled,
    ...money('total_spent', total.spentMinor, currency),
    ...money('ordered_value', total.orderedMinor, currency),
    ...money('cancelled_value', total.cancelledMinor, currency),
  };
}

function money<Name extends string>(name: Name, minor: number, currency: string) {
  return { [`${name}_minor`]: minor, [name]: toMajor(minor, currency) } as Record<Name | `${Name}_minor`, number>;
}

function countOf(totals: readonly { readonly orders: number }[]): number {
  return totals.reduce((sum, { orders }) => sum + orders, 0);
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : round((100 * part) / whole);
}

function average(sum: number, count: number): number {
  return count === 0 ? 0 : round(sum / count);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
