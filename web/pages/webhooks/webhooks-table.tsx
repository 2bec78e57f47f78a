import { Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import type { Webhook } from './search.ts';
import { stateOf, successOf, typesOf } from './webhook-words.ts';

interface WebhooksTableProps {
  readonly webhooks: readonly Webhook[];
  readonly isStale: boolean;
  readonly empty: ReactNode;
}

/** Webhooks with how they are doing. */
export function WebhooksTable({ webhooks, isStale, empty }: WebhooksTableProps) {
  return (
    <DataTable
      label="Webhooks"
      columns={COLUMNS}
      rows={webhooks}
      rowId={({ id }) => id}
      isStale={isStale}
      empty={empty}
    />
  );
}

const COLUMNS: readonly Column<Webhook>[] = [
  {
    id: 'url',
    header: 'Address',
    cell: ({ row: { original } }) => (
      <PageLink
        to="/dashboard/webhooks/$endpointId"
        params={{ endpointId: original.id }}
        size="sm"
        style={{ overflowWrap: 'anywhere' }}
      >
        {original.url}
      </PageLink>
    ),
  },
  {
    id: 'types',
    header: 'Events',
    cell: ({ row: { original } }) => (
      <Text size="sm" lineClamp={2} maw={320} title={typesOf(original)}>
        {typesOf(original)}
      </Text>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ row: { original } }) => {
      const { words, colour, detail } = stateOf(original);
      return (
        <>
          <Badge color={colour}>{words}</Badge>
          {detail !== undefined && (
            <Text size="xs" c="dimmed">
              {detail}
            </Text>
          )}
        </>
      );
    },
  },
  {
    id: 'success',
    header: 'Arrived lately',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => {
      const { delivered, failed, pending } = original.recent_deliveries;
      return (
        <>
          {successOf(original) ?? '–'}
          <Text size="xs" c="dimmed">
            {delivered + failed + pending === 0
              ? 'nothing sent yet'
              : `${delivered} arrived, ${failed} given up, ${pending} under way`}
          </Text>
        </>
      );
    },
  },
  { id: 'since', header: 'Added', cell: ({ row: { original } }) => <Moment at={original.created_at} ago /> },
];
