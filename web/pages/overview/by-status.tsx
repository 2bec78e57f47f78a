import { Box, Group, Skeleton, Table } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Schema } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';
import { Panel } from '../../elements/panel.tsx';
import { sentence } from '../../elements/words.ts';
import { percent } from './percent.ts';
import { STATUS_COLOURS } from './status-colours.ts';

const StatusDonut = lazy(() => import('./status-donut.tsx'));
const SIZE = 132;
const figures = new Intl.NumberFormat();

/** How many orders are in each status, as a ring and as figures. */
export function ByStatus({ orders }: { orders: Schema<'Statistics'>['orders'] }) {
  return (
    <Panel title="By status">
      <Group gap="md" wrap="wrap" justify="center">
        <Suspense fallback={<Skeleton circle height={SIZE} />}>
          <StatusDonut statuses={orders.by_status} total={orders.total} size={SIZE} />
        </Suspense>
        <Table aria-label="Orders by status" flex={1} miw={190} verticalSpacing={3} withRowBorders={false}>
          <Table.Tbody>
            {orders.by_status.map(({ status, orders: count, percentage }) => (
              <Table.Tr key={status}>
                <Table.Th scope="row" fw={400}>
                  <Group gap={6} wrap="nowrap">
                    <Box w={10} h={10} bg={STATUS_COLOURS[status]} style={{ borderRadius: 3 }} aria-hidden />
                    <PageLink to="/dashboard/orders" search={{ status: [status] }}>
                      {sentence(status)}
                    </PageLink>
                  </Group>
                </Table.Th>
                <Table.Td ta="right">{figures.format(count)}</Table.Td>
                <Table.Td ta="right" c="dimmed">
                  {percent(percentage)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Group>
    </Panel>
  );
}
