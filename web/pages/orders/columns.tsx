import { Group, Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import type { Column } from '../../elements/data-table.tsx';
import { reasonWords } from '../../elements/event-words.ts';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Money } from '../../elements/money.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';

type Order = Schema<'Order'>;

/** The columns of the table of orders; those that can be sorted by bear the names that the API sorts by. */
export const COLUMNS: readonly Column<Order>[] = [
  {
    id: 'id',
    header: 'Order',
    cell: ({ row: { original } }) => (
      <span style={{ whiteSpace: 'nowrap' }}>
        <OrderLink id={original.id} isWhole />
      </span>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    cell: ({ row: { original } }) => (
      <PageLink
        to="/dashboard/customers/$customerId"
        params={{ customerId: original.customer_id }}
        style={{ overflowWrap: 'anywhere' }}
      >
        {original.customer_id}
      </PageLink>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ row: { original } }) => <Standing order={original} /> },
  {
    id: 'items',
    header: 'Pieces',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => original.items.reduce((sum, { quantity }) => sum + quantity, 0).toLocaleString(),
  },
  {
    id: 'total',
    header: 'Total',
    enableSorting: true,
    meta: { align: 'right' },
    cell: ({ row: { original } }) => <Money minor={original.total_minor} currency={original.currency} />,
  },
  {
    id: 'created_at',
    header: 'Created',
    enableSorting: true,
    cell: ({ row: { original } }) => <Moment at={original.created_at} />,
  },
  {
    id: 'updated_at',
    header: 'Changed',
    enableSorting: true,
    cell: ({ row: { original } }) => <Moment at={original.updated_at} />,
  },
];

/** Where an order stands, whether it waits for a person, and why it was cancelled. */
function Standing({ order: { status, approval, failure_reason: reason } }: { order: Order }) {
  return (
    <Group gap={6}>
      <StatusBadge status={status} />
      {status !== 'CANCELLED' && approval === 'AWAITING_APPROVAL' && <StatusBadge status={approval} />}
      {reason !== undefined && (
        <Text span size="xs" c="dimmed">
          {reasonWords(reason)}
        </Text>
      )}
    </Group>
  );
}
