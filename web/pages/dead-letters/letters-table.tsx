import { Badge, Text } from '@mantine/core';
import { PageLink } from '../../elements/links.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { Empty } from '../../elements/state.tsx';
import { SOURCE_WORDS, whatItIs } from './letter-words.ts';
import type { DeadLetter, Status } from './search.ts';

interface LettersTableProps {
  readonly letters: readonly DeadLetter[];
  readonly status: Status;
  readonly isFiltered: boolean;
  readonly isStale: boolean;
}

/** Dead letters of one status. */
export function LettersTable({ letters, status, isFiltered, isStale }: LettersTableProps) {
  return (
    <DataTable
      label="Dead letters"
      columns={COLUMNS[status]}
      rows={letters}
      rowId={({ event_id }) => event_id}
      isStale={isStale}
      empty={
        isFiltered ? (
          <Empty title="None match">Clear a filter, or look at another status.</Empty>
        ) : (
          <Empty title={NONE[status].title}>{NONE[status].hint}</Empty>
        )
      }
    />
  );
}

const NONE: Readonly<Record<Status, { title: string; hint: string }>> = {
  PENDING: { title: 'Nothing waits', hint: 'Everything was published and taken in.' },
  FAILED: { title: 'No replay failed', hint: 'Dead letters whose replay fails are found here.' },
  REPLAYED: { title: 'None replayed', hint: 'They stay here for some days, then in the archive.' },
  SKIPPED: { title: 'None skipped', hint: 'What somebody gives up is found here, with the reason.' },
};

const WHAT: Column<DeadLetter> = {
  id: 'what',
  header: 'Event',
  cell: ({ row: { original } }) => (
    <>
      <PageLink to="/dashboard/dead-letters/$eventId" params={{ eventId: original.event_id }} size="sm">
        {whatItIs(original)}
      </PageLink>
      <Text size="xs" c="dimmed">
        …{original.event_id.slice(-8)} · {SOURCE_WORDS[original.source].toLowerCase().replace('kafka', 'Kafka')},{' '}
        {original.topic}
      </Text>
    </>
  ),
};

const ORDER: Column<DeadLetter> = {
  id: 'order',
  header: 'Order',
  cell: ({
    row: {
      original: { order_id, waits_behind },
    },
  }) => (
    <>
      {order_id === undefined ? '–' : <OrderLink id={order_id} />}
      {waits_behind !== undefined && <Badge color="yellow">Waits behind an earlier one</Badge>}
    </>
  ),
};

const ERROR: Column<DeadLetter> = {
  id: 'error',
  header: 'Why it failed',
  cell: ({ row: { original } }) => (
    <Text size="sm" lineClamp={2} maw={420} title={original.error}>
      {original.error}
    </Text>
  ),
};

const ATTEMPTS: Column<DeadLetter> = {
  id: 'attempts',
  header: 'Attempts',
  meta: { align: 'right' },
  cell: ({ row: { original } }) => original.attempts,
};

const SINCE: Column<DeadLetter> = {
  id: 'since',
  header: 'First failed',
  cell: ({ row: { original } }) => <Moment at={original.first_failed_at} ago />,
};

const LAST: Column<DeadLetter> = {
  id: 'last',
  header: 'Last failed',
  cell: ({ row: { original } }) => <Moment at={original.last_failed_at} ago />,
};

const REPLAYED: Column<DeadLetter> = {
  id: 'replayed',
  header: 'Replayed',
  cell: ({
    row: {
      original: { replayed_at, replayed_by, resolution },
    },
  }) => (
    <>
      {replayed_at !== undefined && <Moment at={replayed_at} />}
      <Text size="xs" c="dimmed">
        {[resolution, replayed_by && `by ${replayed_by}`].filter(Boolean).join(' ')}
      </Text>
    </>
  ),
};

const SKIPPED: Column<DeadLetter> = {
  id: 'skipped',
  header: 'Skipped',
  cell: ({
    row: {
      original: { skipped_at, skipped_by, reason },
    },
  }) => (
    <>
      {skipped_at !== undefined && <Moment at={skipped_at} />}
      <Text size="xs" c="dimmed">
        {[reason, skipped_by && `by ${skipped_by}`].filter(Boolean).join(', ')}
      </Text>
    </>
  ),
};

const COLUMNS: Readonly<Record<Status, readonly Column<DeadLetter>[]>> = {
  PENDING: [WHAT, ORDER, ERROR, ATTEMPTS, SINCE, LAST],
  FAILED: [WHAT, ORDER, ERROR, ATTEMPTS, SINCE, LAST],
  REPLAYED: [WHAT, ORDER, REPLAYED, ERROR, ATTEMPTS, SINCE],
  SKIPPED: [WHAT, ORDER, SKIPPED, ERROR, ATTEMPTS, SINCE],
};
