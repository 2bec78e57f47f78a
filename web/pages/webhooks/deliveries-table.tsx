import { Badge, Button, Text } from '@mantine/core';
import { useMemo } from 'react';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { Empty } from '../../elements/state.tsx';
import { DELIVERY_COLOURS, DELIVERY_WORDS } from './delivery-words.ts';
import type { Delivery } from './search.ts';

interface DeliveriesTableProps {
  readonly deliveries: readonly Delivery[];
  readonly isStale: boolean;
  readonly isFiltered: boolean;
  readonly onOpen: (id: string) => void;
}

/** Deliveries, each with a button that opens it. */
export function DeliveriesTable({ deliveries, isStale, isFiltered, onOpen }: DeliveriesTableProps) {
  const columns = useMemo(() => [...COLUMNS, openColumn(onOpen)], [onOpen]);
  return (
    <DataTable
      label="Deliveries"
      columns={columns}
      rows={deliveries}
      rowId={({ id }) => id}
      isStale={isStale}
      empty={
        isFiltered ? (
          <Empty title="None match">Clear a filter to see the others.</Empty>
        ) : (
          <Empty title="Nothing was sent yet">Events that happen from now on are found here, for 30 days.</Empty>
        )
      }
    />
  );
}

const COLUMNS: readonly Column<Delivery>[] = [
  { id: 'type', header: 'Event', cell: ({ row: { original } }) => original.event_type },
  { id: 'order', header: 'Order', cell: ({ row: { original } }) => <OrderLink id={original.order_id} /> },
  {
    id: 'status',
    header: 'Outcome',
    cell: ({ row: { original } }) => (
      <>
        <Badge color={DELIVERY_COLOURS[original.status]}>{DELIVERY_WORDS[original.status]}</Badge>
        {original.next_attempt_at !== undefined && original.attempt_count > 0 && (
          <Text size="xs" c="dimmed">
            next try <Moment at={original.next_attempt_at} ago />
          </Text>
        )}
      </>
    ),
  },
  {
    id: 'answer',
    header: 'Last answer',
    cell: ({
      row: {
        original: { last_response_status, last_error },
      },
    }) => (
      <>
        {last_response_status ?? '–'}
        {last_error !== undefined && (
          <Text size="xs" c="dimmed" lineClamp={2} maw={280} title={last_error}>
            {last_error}
          </Text>
        )}
      </>
    ),
  },
  {
    id: 'attempts',
    header: 'Attempts',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => original.attempt_count,
  },
  { id: 'created', header: 'Prepared', cell: ({ row: { original } }) => <Moment at={original.created_at} ago /> },
];

function openColumn(onOpen: (id: string) => void): Column<Delivery> {
  return {
    id: 'open',
    header: 'Details',
    cell: ({ row: { original } }) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Details of ${original.event_type} of ${original.order_id}`}
        onClick={() => {
          onOpen(original.id);
        }}
      >
        Details
      </Button>
    ),
  };
}
