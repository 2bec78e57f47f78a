import { Button, Group, Table, Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Money } from '../../elements/money.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { openDecision } from './decision.tsx';
import { WideTable } from './wide-table.tsx';

interface WaitingOrdersProps {
  readonly orders: readonly Schema<'Order'>[];
  /** All that wait, also those that are not shown. */
  readonly total: number;
  readonly alerts: Schema<'AlertPage'>['alerts'];
}

/** Orders above the limit, which wait for a person, with the decision beside each. */
export function WaitingOrders({ orders, total, alerts }: WaitingOrdersProps) {
  const overdue = new Map(
    alerts.filter(({ reason }) => reason === 'AWAITING_APPROVAL').map(({ order_id, details }) => [order_id, details]),
  );
  return (
    <>
      <WideTable label="Orders that wait for approval">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Waits for approval</Table.Th>
            <Table.Th>Customer</Table.Th>
            <Table.Th ta="right">Total</Table.Th>
            <Table.Th>Since</Table.Th>
            <Table.Th ta="right">Decision</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map((order) => (
            <Table.Tr key={order.id}>
              <Table.Td>
                <OrderLink id={order.id} />
              </Table.Td>
              <Table.Td>
                <PageLink to="/dashboard/customers/$customerId" params={{ customerId: order.customer_id }}>
                  {order.customer_id}
                </PageLink>
              </Table.Td>
              <Table.Td ta="right">
                <Money minor={order.total_minor} currency={order.currency} />
              </Table.Td>
              <Table.Td>
                <Moment at={order.created_at} ago />
                {overdue.has(order.id) && (
                  <Text size="xs" c="var(--mantine-color-error)">
                    {overdue.get(order.id)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Group gap="xs" justify="flex-end" wrap="nowrap">
                  <Button
                    size="compact-sm"
                    aria-label={`Approve order ${order.id}`}
                    onClick={() => openDecision(order, 'accepted')}
                  >
                    Approve
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Deny order ${order.id}`}
                    onClick={() => openDecision(order, 'denied')}
                  >
                    Deny
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {total > orders.length && (
        <Text size="sm" mt="xs">
          <PageLink to="/dashboard/orders" search={{ approval: ['AWAITING_APPROVAL'], status: ['PENDING'] }}>
            All {total} that wait
          </PageLink>
        </Text>
      )}
    </>
  );
}
