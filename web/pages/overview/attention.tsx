import { Badge, Group, Table, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { sentence } from '../../elements/words.ts';
import { WideTable } from './wide-table.tsx';
import { WaitingOrders } from './waiting-orders.tsx';

type Alert = Schema<'AlertPage'>['alerts'][number];

/** How many of a kind are shown; the others are counted. */
export const MOST_SHOWN = 10;

/** Orders that need somebody: those that wait for a person's approval, and those that the limits for alerts tell. */
export function Attention() {
  const alerts = api.useQuery('get', '/api/alerts', { params: { query: { page_size: 3 * MOST_SHOWN } } });
  const waiting = api.useQuery('get', '/api/orders', {
    params: {
      query: {
        approval: ['AWAITING_APPROVAL'],
        status: ['PENDING'],
        sort: 'created_at',
        page_size: MOST_SHOWN,
        count: 'true',
      },
    },
  });
  return (
    <Panel title="Needs attention">
      <QueryView query={alerts} lines={2}>
        {(page) => (
          <QueryView query={waiting} lines={2}>
            {({ orders, total = orders.length }) => {
              const others = page.alerts.filter(({ reason }) => reason !== 'AWAITING_APPROVAL');
              if (orders.length === 0 && others.length === 0)
                return (
                  <Text size="sm" c="dimmed">
                    Nothing: no order is stuck, and none waits for approval.
                  </Text>
                );
              return (
                <>
                  {orders.length > 0 && <WaitingOrders orders={orders} total={total} alerts={page.alerts} />}
                  {others.length > 0 && <Alerts alerts={others} counts={page.counts} />}
                </>
              );
            }}
          </QueryView>
        )}
      </QueryView>
    </Panel>
  );
}

function Alerts({ alerts, counts }: { alerts: readonly Alert[]; counts: Schema<'AlertPage'>['counts'] }) {
  const kinds = (['PAYMENT_STUCK', 'STUCK', 'PROBLEMATIC'] as const).filter((reason) => counts[reason] > 0);
  const shown = alerts.slice(0, MOST_SHOWN);
  const rest = kinds.reduce((sum, reason) => sum + counts[reason], 0) - shown.length;
  return (
    <>
      <Group gap="xs" my="xs">
        {kinds.map((reason) => (
          <Badge key={reason} color={COLOURS[reason]}>
            {sentence(reason)}: {counts[reason]}
          </Badge>
        ))}
      </Group>
      <WideTable label="Alerts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Order</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>Customer</Table.Th>
            <Table.Th>Since</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ order_id: id, customer_id: customer, reason, details, since }) => (
            <Table.Tr key={`${id} ${reason}`}>
              <Table.Td>
                <OrderLink id={id} />
              </Table.Td>
              <Table.Td>
                <Text span inherit fw={600}>
                  {sentence(reason)}
                </Text>
                : {details}
              </Table.Td>
              <Table.Td>
                <PageLink to="/dashboard/customers/$customerId" params={{ customerId: customer }}>
                  {customer}
                </PageLink>
              </Table.Td>
              <Table.Td>
                <Moment at={since} ago />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {rest > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          and {rest} more
        </Text>
      )}
    </>
  );
}

const COLOURS = { PAYMENT_STUCK: 'red', STUCK: 'orange', PROBLEMATIC: 'yellow' } as const;
