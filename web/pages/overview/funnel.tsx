import { Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { Panel } from '../../elements/panel.tsx';
import { Bars } from './bars.tsx';
import { percent } from './percent.ts';

/** What it means to have come as far as a status. */
const STEPS: Readonly<Record<string, string>> = {
  PENDING: 'Accepted',
  PROCESSING: 'Paid',
  SHIPPED: 'Shipped',
  DELIVERED: 'Delivered',
};

/** How many orders came as far as each stage. */
export function Funnel({ stages }: { stages: Schema<'Statistics'>['funnel'] }) {
  return (
    <Panel title="Conversion">
      <Text size="sm" c="dimmed" mb="sm">
        How many of all orders came as far as each stage, and how many of those that came to the stage before.
      </Text>
      <Bars
        label="Orders that came as far as each stage"
        bars={stages.map(({ status, orders, percentage }, index) => {
          const before = stages[index - 1]?.orders;
          return {
            label: STEPS[status] ?? status,
            value: orders,
            share: percentage / 100,
            ...(before !== undefined && {
              note: `${percent(percentage)} of all, ${share(orders, before)} of the stage before`,
            }),
          };
        })}
      />
    </Panel>
  );
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : percent((part / whole) * 100);
}
