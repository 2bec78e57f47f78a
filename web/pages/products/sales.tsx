import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client.ts';
import { DayControls, DayFiguresView } from '../../elements/day-figures.tsx';
import { daysBetween } from '../../elements/days.ts';
import { formatMoney } from '../../elements/money.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import type { ProductSearch } from './search.ts';

const figures = new Intl.NumberFormat();
const MEASURES = [
  { value: 'quantity', label: 'Quantity' },
  { value: 'orders', label: 'Orders' },
  { value: 'revenue', label: 'Revenue' },
] as const;

/** What was sold of the product day by day; revenue in the currency of its price. */
export function Sales({ product }: { product: Schema<'SoldProduct'> }) {
  const { measure = 'quantity', days = 30 } = useSearch({ from: '/dashboard/products/$productId' });
  const navigate = useNavigate({ from: '/dashboard/products/$productId' });
  const sales = api.useQuery(
    'get',
    '/api/products/{id}/days',
    { params: { path: { id: product.id }, query: { days } } },
    { placeholderData: keepPreviousData },
  );
  const show = (change: ProductSearch) => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  };
  return (
    <Panel
      title="Sales over time"
      actions={
        <DayControls
          measures={MEASURES}
          measure={measure}
          onMeasure={(value) => {
            show({ measure: value });
          }}
          period={days}
          onPeriod={(value) => {
            show({ days: value });
          }}
        />
      }
    >
      <QueryView query={sales} lines={8}>
        {(told) => (
          <DayFiguresView
            label={LABELS[measure](product)}
            days={daysBetween(told.from, told.to).map((day) => {
              const own = told.days.filter((row) => row.day === day);
              const sum = (of: (row: (typeof own)[number]) => number) => own.reduce((all, row) => all + of(row), 0);
              const cancelled = sum((row) => row.cancelled);
              switch (measure) {
                case 'quantity':
                  return { day, values: { quantity: sum((row) => row.quantity) } };
                case 'orders':
                  return { day, values: { kept: sum((row) => row.order_count) - cancelled, cancelled } };
                case 'revenue':
                  return {
                    day,
                    values: { revenue: sum((row) => (row.currency === product.currency ? row.revenue_minor : 0)) },
                  };
              }
            })}
            series={SERIES[measure]}
            format={
              measure === 'revenue' ? (minor) => formatMoney(minor, product.currency) : (value) => figures.format(value)
            }
          />
        )}
      </QueryView>
    </Panel>
  );
}

const LABELS = {
  quantity: ({ name }: { name: string }) => `Quantity of ${name} sold`,
  orders: ({ name }: { name: string }) => `Orders of ${name}`,
  revenue: ({ name, currency }: { name: string; currency: string }) => `Revenue of ${name} in ${currency}`,
};

const SERIES = {
  quantity: [{ name: 'quantity', label: 'Sold', color: 'cyan.7' }],
  orders: [
    { name: 'kept', label: 'Not cancelled', color: 'cyan.7' },
    { name: 'cancelled', label: 'Cancelled', color: 'red.7' },
  ],
  revenue: [{ name: 'revenue', label: 'Revenue', color: 'cyan.7' }],
};
