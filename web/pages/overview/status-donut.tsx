import { DonutChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import type { Schema } from '../../api/client.ts';
import { sentence } from '../../elements/words.ts';
import { percent } from './percent.ts';
import { STATUS_COLOURS } from './status-colours.ts';

interface StatusDonutProps {
  readonly statuses: Schema<'Statistics'>['orders']['by_status'];
  readonly total: number;
  /** In pixels. */
  readonly size: number;
}

/** The share of each status as a ring; the table beside it holds the figures. */
export default function StatusDonut({ statuses, total, size }: StatusDonutProps) {
  const told = statuses.filter(({ orders }) => orders > 0);
  const gist = told
    .map(({ status, percentage }) => `${percent(percentage)} ${sentence(status).toLowerCase()}`)
    .join(', ');
  return (
    <div role="img" aria-label={`Of all orders ${gist}`}>
      <DonutChart
        data={told.map(({ status, orders }) => ({
          name: sentence(status),
          value: orders,
          color: STATUS_COLOURS[status],
        }))}
        size={size}
        thickness={18}
        chartLabel={new Intl.NumberFormat(undefined, { notation: 'compact' }).format(total)}
        tooltipDataSource="segment"
        accessibilityLayer={false}
        pieProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
