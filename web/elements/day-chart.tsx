import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';

/** A measure of each day: the name of its field, its words and its colour in the theme. */
export interface DaySeries {
  readonly name: string;
  readonly label: string;
  readonly color: string;
}

interface DayChartProps {
  /** The gist, for those who do not see the chart. */
  readonly label: string;
  /** Each with the words of its `day` and its figures by name. */
  readonly days: readonly Readonly<Record<string, string | number>>[];
  readonly series: readonly DaySeries[];
  readonly format: (value: number) => string;
  readonly height: number;
}

/** Figures of each day as stacked bars; a table beside it holds them as such. */
export default function DayChart({ label, days, series, format, height }: DayChartProps) {
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={height}
        data={[...days]}
        dataKey="day"
        type="stacked"
        series={[...series]}
        withLegend={series.length > 1}
        valueFormatter={format}
        maxBarWidth={32}
        barProps={{ isAnimationActive: false }}
        yAxisProps={{ width: 72, allowDecimals: false }}
        xAxisProps={{ minTickGap: 24 }}
        barChartProps={{ accessibilityLayer: false }}
      />
    </div>
  );
}
