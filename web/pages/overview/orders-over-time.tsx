import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { api } from '../../api/client.ts';
import { formatDay } from '../../elements/days.ts';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Bars } from './bars.tsx';
import { type Day, fillDays } from './days.ts';
import { DaysTable } from './days-table.tsx';
import { PERIODS } from './search.ts';

const DailyChart = lazy(() => import('./daily-chart.tsx'));
const HEIGHT = 220;

interface OrdersOverTimeProps {
  readonly days: (typeof PERIODS)[number];
  /** The same in days, as the server counts them. */
  readonly period: { readonly from: string; readonly to: string };
}

/** Orders of each day of the period, which is chosen here and kept in the address. */
export function OrdersOverTime({ days, period: { from, to } }: OrdersOverTimeProps) {
  const navigate = useNavigate({ from: '/' });
  const query = api.useQuery(
    'get',
    '/api/stats/daily',
    { params: { query: { from, to } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Panel
      title="Orders over time"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Period"
          value={String(days)}
          data={PERIODS.map((count) => ({ value: String(count), label: `${count} days` }))}
          onChange={(value) =>
            void navigate({ search: { days: PERIODS.find((count) => String(count) === value) ?? 30 }, replace: true })
          }
        />
      }
    >
      <QueryView query={query} lines={8}>
        {(answer) => {
          const told = fillDays(answer.days, { from, to });
          const busy = told.filter(({ orders, delivered, cancelled }) => orders + delivered + cancelled > 0);
          if (busy.length === 0)
            return (
              <Text size="sm" c="dimmed">
                Nothing happened in the last {days} days.
              </Text>
            );
          const [only] = busy;
          if (busy.length === 1 && only) return <SingleDay day={only} days={days} />;
          return (
            <>
              <Suspense fallback={<Skeleton height={HEIGHT} />}>
                <DailyChart days={told} height={HEIGHT} />
              </Suspense>
              <DaysTable days={told} />
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}

/** A line of one point would say nothing. */
function SingleDay({ day, days }: { day: Day; days: number }) {
  const most = Math.max(day.orders, day.delivered, day.cancelled);
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        All that happened in the last {days} days was on {formatDay(day.day)}; with a second day this becomes a chart.
      </Text>
      <Bars
        label={`Orders of ${formatDay(day.day)}`}
        bars={[
          { label: 'Placed', value: day.orders, share: day.orders / most },
          { label: 'Delivered', value: day.delivered, share: day.delivered / most, colour: 'teal.7' },
          { label: 'Cancelled', value: day.cancelled, share: day.cancelled / most, colour: 'red.7' },
        ]}
      />
    </>
  );
}
