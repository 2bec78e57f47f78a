import { CompositeChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { formatDay } from '../../elements/days.ts';
import type { Day } from './days.ts';

/** Orders of each day as a chart; a table beside it holds the figures. */
export default function DailyChart({ days, height }: { days: readonly Day[]; height: number }) {
  const total = days.reduce((sum, { orders }) => sum + orders, 0);
  const best = days.reduce((one, other) => (other.orders > one.orders ? other : one));
  const still = { isAnimationActive: false };
  return (
    <div
      role="img"
      aria-label={`${total} orders in ${days.length} days, most of them (${best.orders}) on ${formatDay(best.day)}`}
    >
      <CompositeChart
        h={height}
        data={days.map((day) => ({ ...day, day: formatDay(day.day) }))}
        dataKey="day"
        series={[
          { name: 'orders', label: 'Placed', color: 'cyan.6', type: 'bar' },
          { name: 'delivered', label: 'Delivered', color: 'teal.7', type: 'line' },
          { name: 'cancelled', label: 'Cancelled', color: 'red.7', type: 'line' },
        ]}
        withLegend
        withDots={false}
        curveType="linear"
        maxBarWidth={32}
        barProps={{ ...still, fillOpacity: 0.45 }}
        lineProps={still}
        yAxisProps={{ allowDecimals: false, width: 44 }}
        xAxisProps={{ minTickGap: 24 }}
        composedChartProps={{ accessibilityLayer: false }}
      />
    </div>
  );
}
