import { VisuallyHidden } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { formatSpan } from '../../elements/moment.tsx';
import classes from './histogram.module.css';

type Bucket = Schema<'Statistics'>['time_in_status'][number]['histogram'][number];

/** How many orders took how long: from the shortest to the longest that any took, with the empty spans between. */
export function Histogram({ label, buckets }: { label: string; buckets: readonly Bucket[] }) {
  const spans = buckets.map((bucket, index) => ({ orders: bucket.orders, words: spanWords(buckets, index) }));
  const taken = spans.flatMap(({ orders }, index) => (orders > 0 ? [index] : []));
  const shown = spans.slice(Math.max(0, (taken[0] ?? 0) - 1), (taken.at(-1) ?? 0) + 2);
  const most = Math.max(...shown.map(({ orders }) => orders));
  return (
    <ul className={classes.histogram} aria-label={label}>
      {shown.map(({ words, orders }) => (
        <li key={words} title={`${words}: ${orders}`}>
          <span className={classes.count}>{orders > 0 ? compact.format(orders) : ''}</span>
          <span
            className={classes.column}
            style={{ height: `${(orders / most) * HEIGHT}px`, minHeight: orders > 0 ? 3 : 1 }}
            aria-hidden
          />
          <span className={classes.span}>{words}</span>
          {orders === 0 && <VisuallyHidden>none</VisuallyHidden>}
        </li>
      ))}
    </ul>
  );
}

/** In pixels. */
const HEIGHT = 72;
const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

function spanWords(buckets: readonly Bucket[], index: number): string {
  const before = buckets[index - 1]?.below_seconds;
  const below = buckets[index]?.below_seconds;
  if (below === undefined) return before === undefined ? 'any' : `≥ ${round(before)}`;
  return before === undefined ? `< ${round(below)}` : `${round(before)} – ${round(below)}`;
}

/** Limits are round: `1 s`, not `1.0 s`. */
function round(seconds: number): string {
  return formatSpan(seconds * 1000).replace('.0 ', ' ');
}
