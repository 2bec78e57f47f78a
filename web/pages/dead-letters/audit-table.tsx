import { Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Empty } from '../../elements/state.tsx';
import { sentence } from '../../elements/words.ts';
import { actionWords } from './letter-words.ts';

type Entry = Schema<'AuditEntry'>;

/** Who did what, when and with what result; the dead letter is named where the table is about several. */
export function AuditTable({
  entries,
  isStale = false,
  isAboutOne = false,
}: {
  entries: readonly Entry[];
  isStale?: boolean;
  isAboutOne?: boolean;
}) {
  return (
    <DataTable
      label="Audit"
      columns={isAboutOne ? OF_ONE : OF_MANY}
      rows={entries}
      rowId={({ id }) => String(id)}
      isStale={isStale}
      empty={
        <Empty title="Nothing was done">Every replay, reset and skip is written down here, refused ones, too.</Empty>
      }
    />
  );
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

const OF_ONE: readonly Column<Entry>[] = [
  { id: 'at', header: 'When', cell: ({ row: { original } }) => <Moment at={original.at} /> },
  { id: 'actor', header: 'Who', cell: ({ row: { original } }) => original.actor },
  { id: 'action', header: 'What', cell: ({ row: { original } }) => actionWords(original.action) },
  { id: 'result', header: 'Result', cell: ({ row: { original } }) => sentence(original.result) },
  {
    id: 'detail',
    header: 'Detail',
    cell: ({ row: { original } }) => (
      <Text size="xs" c="dimmed" maw={420} style={{ overflowWrap: 'anywhere' }}>
        {tell(original.detail)}
      </Text>
    ),
  },
];

const OF_MANY: readonly Column<Entry>[] = [
  ...OF_ONE.slice(0, 3),
  {
    id: 'subject',
    header: 'Dead letter',
    cell: ({
      row: {
        original: { subject },
      },
    }) =>
      UUID.test(subject) ? (
        <PageLink
          to="/dashboard/dead-letters/$eventId"
          params={{ eventId: subject }}
          size="sm"
          ff="monospace"
          title={subject}
        >
          …{subject.slice(-8)}
        </PageLink>
      ) : (
        'Several'
      ),
  },
  ...OF_ONE.slice(3),
];

/** The fields of a detail one after another, those of what is inside as well. */
function tell(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      if (typeof value === 'object' && !Array.isArray(value)) return tell(value as Record<string, unknown>) || [];
      return [
        `${sentence(name.replaceAll(/[A-Z]/g, ' $&'))}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ];
    })
    .join(' · ');
}
