import { Group, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schema } from '../../api/client.ts';
import { DayControls, DayFiguresView } from '../../elements/day-figures.tsx';
import { daysBetween } from '../../elements/days.ts';
import { formatMoney } from '../../elements/money.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import type { CustomerSearch } from './search.ts';
import { useActivity } from './use-activity.ts';

const figures = new Intl.NumberFormat();
const MEASURES = [
  { value: 'orders', label: 'Orders' },
  { value: 'spent', label: 'Spent' },
] as const;

/** What the customer ordered day by day: how many orders, or how much money in one currency. */
export function Activity({ customer }: { customer: Schema<'Customer'> }) {
  const { measure = 'orders', currency = customer.currency } = useSearch({ from: '/dashboard/customers/$customerId' });
  const navigate = useNavigate({ from: '/dashboard/customers/$customerId' });
  const { days, activity } = useActivity(customer.customer_id);
  const show = (change: CustomerSearch) => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  };
  const isMoney = measure === 'spent';
  return (
    <Panel
      title="Orders over time"
      actions={
        <Group gap="xs">
          {isMoney && customer.by_currency.length > 1 && (
            <Select
              size="xs"
              w={90}
              aria-label="Currency"
              data={customer.by_currency.map((total) => total.currency)}
              value={currency}
              allowDeselect={false}
              onChange={(value) => {
                if (value !== null) show({ currency: value });
              }}
            />
          )}
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
        </Group>
      }
    >
      <QueryView query={activity} lines={8}>
        {(told) => (
          <DayFiguresView
            label={isMoney ? `Spent by ${customer.customer_id} in ${currency}` : `Orders of ${customer.customer_id}`}
            days={daysBetween(told.from, told.to).map((day) => {
              const own = told.days.filter((row) => row.day === day);
              const sum = (of: (row: (typeof own)[number]) => number) => own.reduce((all, row) => all + of(row), 0);
              const spent = sum((row) => (row.currency === currency ? row.total_spent_minor : 0));
              const cancelled = sum((row) => row.cancelled);
              return { day, values: isMoney ? { spent } : { kept: sum((row) => row.orders) - cancelled, cancelled } };
            })}
            series={
              isMoney
                ? [{ name: 'spent', label: 'Spent', color: 'cyan.7' }]
                : [
                    { name: 'kept', label: 'Not cancelled', color: 'cyan.7' },
                    { name: 'cancelled', label: 'Cancelled', color: 'red.7' },
                  ]
            }
            format={isMoney ? (minor) => formatMoney(minor, currency) : (value) => figures.format(value)}
          />
        )}
      </QueryView>
    </Panel>
  );
}
