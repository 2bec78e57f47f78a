import { Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { reasonWords } from '../../elements/event-words.ts';
import { PageLink } from '../../elements/links.tsx';
import { Panel } from '../../elements/panel.tsx';
import { percent } from './percent.ts';
import { Bars } from './bars.tsx';

/** Why orders were cancelled, the most frequent reason first. */
export function FailureReasons({ reasons }: { reasons: Schema<'Statistics'>['orders']['cancelled_by_reason'] }) {
  return (
    <Panel title="Why orders were cancelled">
      {reasons.length === 0 ? (
        <Text size="sm" c="dimmed">
          None was cancelled so far.
        </Text>
      ) : (
        <Bars
          label="Cancelled orders by reason"
          bars={[...reasons]
            .sort((one, other) => other.orders - one.orders)
            .map(({ failure_reason: reason, orders, percentage }) => ({
              label: reasonWords(reason),
              value: orders,
              share: percentage / 100,
              note: percent(percentage),
              colour: reason === 'CANCELLED_ON_REQUEST' ? 'gray.6' : 'red.7',
              link: (label) => (
                <PageLink to="/dashboard/orders" search={{ status: ['CANCELLED'], failure_reason: [reason] }}>
                  {label}
                </PageLink>
              ),
            }))}
        />
      )}
    </Panel>
  );
}
