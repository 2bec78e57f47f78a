import { SimpleGrid } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schema } from '../../api/client.ts';
import { formatMoney } from '../../elements/money.tsx';
import { percent } from './percent.ts';
import { FAILURES, IN_PROGRESS } from './order-filters.ts';
import { StatCard } from './stat-card.tsx';

type Stats = Schema<'Statistics'>;
type Money = Stats['today'][number];

/** The figures that one looks at first; each leads to what it counts. */
export function StatCards({ stats }: { stats: Stats }) {
  const { orders, today, period, customers, products } = stats;
  const startOfToday = `${stats.as_of.slice(0, 10)}T00:00:00.000Z`;
  const [main = withoutSales(period.totals[0]), ...others] = largestFirst(today);
  return (
    <SimpleGrid component="ul" aria-label="Key figures" cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" m={0} p={0}>
      <StatCard
        label="Orders today"
        value={count(sum(today, 'orders'))}
        note={`${count(sum(period.totals, 'orders'))} in ${period.days} days`}
        link={(props) => <Link to="/dashboard/orders" search={{ created_from: startOfToday }} {...props} />}
      />
      <StatCard
        label="Revenue today"
        value={main === undefined ? '0' : formatMoney(main.revenue_minor, main.currency)}
        note={
          <>
            {others.map(({ currency, revenue_minor: minor }) => (
              <div key={currency}>{formatMoney(minor, currency)}</div>
            ))}
            {period.totals.length > 0 &&
              `${largestFirst(period.totals)
                .map(({ revenue_minor: minor, currency }) => formatMoney(minor, currency))
                .join(', ')} in ${period.days} days`}
          </>
        }
        link={(props) => (
          <Link to="/dashboard/orders" search={{ created_from: startOfToday, sort: '-total' }} {...props} />
        )}
      />
      <StatCard
        label="In progress"
        value={count(orders.in_progress)}
        note={`${count(orders.delivered)} delivered`}
        link={(props) => <Link to="/dashboard/orders" search={{ status: IN_PROGRESS }} {...props} />}
      />
      <StatCard
        label="Failed"
        value={count(orders.failed)}
        isBad={orders.failed > 0}
        note={
          orders.completion_rate === undefined
            ? 'none has ended yet'
            : `${percent(orders.completion_rate)} completion rate`
        }
        link={(props) => (
          <Link to="/dashboard/orders" search={{ status: ['CANCELLED'], failure_reason: FAILURES }} {...props} />
        )}
      />
      <StatCard
        label="Customers"
        value={count(customers)}
        note={`${count(sum(today, 'new_customers'))} since midnight UTC`}
        link={(props) => <Link to="/dashboard/customers" {...props} />}
      />
      <StatCard
        label="Products"
        value={count(products)}
        note="in the catalogue"
        link={(props) => <Link to="/dashboard/products" {...props} />}
      />
    </SimpleGrid>
  );
}

const figures = new Intl.NumberFormat();

function count(figure: number): string {
  return figures.format(figure);
}

function sum(rows: readonly Money[], field: 'orders' | 'new_customers'): number {
  return rows.reduce((total, row) => total + row[field], 0);
}

function largestFirst(rows: readonly Money[]): Money[] {
  return [...rows].sort((one, other) => other.orders - one.orders);
}

function withoutSales(row: Money | undefined): Money | undefined {
  return row && { ...row, revenue_minor: 0 };
}
