/** What happened day by day: a chart, and the same figures as a table. */
import { Box, Group, SegmentedControl, Skeleton, Table, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { DaySeries } from './day-chart.tsx';
import { formatDay, type Period, PERIODS } from './days.ts';

const DayChart = lazy(() => import('./day-chart.tsx'));
const HEIGHT = 220;

/** The figures of a day (`2026-11-21`) by the names of the series. */
export interface DayFigures {
  readonly day: string;
  readonly values: Readonly<Record<string, number>>;
}

interface DayFiguresProps {
  /** What is counted, such as `Orders of customer-1`. */
  readonly label: string;
  /** Every day, also those on which nothing happened. */
  readonly days: readonly DayFigures[];
  readonly series: readonly DaySeries[];
  readonly format: (value: number) => string;
}

/** A chart of the days, and their figures below it; says so where there is nothing to draw. */
export function DayFiguresView({ label, days, series, format }: DayFiguresProps) {
  const sumOf = ({ values }: DayFigures) => series.reduce((sum, { name }) => sum + (values[name] ?? 0), 0);
  const busy = days.filter((day) => series.some(({ name }) => (day.values[name] ?? 0) !== 0));
  const [first] = busy;
  if (!first)
    return (
      <Text size="sm" c="dimmed">
        Nothing was ordered in the last {days.length} days.
      </Text>
    );
  const total = busy.reduce((sum, day) => sum + sumOf(day), 0);
  const best = busy.reduce((one, other) => (sumOf(other) > sumOf(one) ? other : one), first);
  const gist = `${label}: ${format(total)} in ${days.length} days, most of it (${format(sumOf(best))}) on ${formatDay(best.day)}`;
  return (
    <>
      <Suspense fallback={<Skeleton height={HEIGHT} />}>
        <DayChart
          label={gist}
          days={days.map(({ day, values }) => ({ day: formatDay(day), ...values }))}
          series={series}
          format={format}
          height={HEIGHT}
        />
      </Suspense>
      <Box component="details" mt="xs" fz="sm">
        <summary style={{ cursor: 'pointer', padding: '4px 0' }}>Figures of each day</summary>
        <Box mah={280} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={`${label}, by day`}>
          <Table aria-label={`${label}, each day`} verticalSpacing={3}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Day (UTC)</Table.Th>
                {series.map(({ name, label: words }) => (
                  <Table.Th key={name} ta="right">
                    {words}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...busy].reverse().map(({ day, values }) => (
                <Table.Tr key={day}>
                  <Table.Th scope="row" fw={400}>
                    {day}
                  </Table.Th>
                  {series.map(({ name }) => (
                    <Table.Td key={name} ta="right">
                      {format(values[name] ?? 0)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      </Box>
    </>
  );
}

interface DayControlsProps<Measure extends string> {
  readonly measures: readonly { readonly value: Measure; readonly label: string }[];
  readonly measure: Measure;
  readonly onMeasure: (measure: Measure) => void;
  readonly period: Period;
  readonly onPeriod: (period: Period) => void;
}

/** What is drawn, and for how many days. */
export function DayControls<Measure extends string>(props: DayControlsProps<Measure>) {
  const { measures, measure, onMeasure, period, onPeriod } = props;
  return (
    <Group gap="xs">
      <SegmentedControl size="xs" aria-label="Measure" value={measure} data={[...measures]} onChange={onMeasure} />
      <SegmentedControl
        size="xs"
        aria-label="Period"
        value={String(period)}
        data={PERIODS.map((days) => ({ value: String(days), label: `${days} days` }))}
        onChange={(value) => {
          onPeriod(PERIODS.find((days) => String(days) === value) ?? 30);
        }}
      />
    </Group>
  );
}
