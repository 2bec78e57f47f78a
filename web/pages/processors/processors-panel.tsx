import { Badge, Group, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { formatSpan, Moment } from '../../elements/moment.tsx';
import { Panel } from '../../elements/panel.tsx';
import { Empty } from '../../elements/state.tsx';
import { pointsOf, type Processor, type System } from './history.ts';
import { doesWhat, healthOf } from './processor-words.ts';
import { Sparkline } from './sparkline.tsx';

/** Everybody who follows the log, reads Kafka or looks around at a beat. */
export function ProcessorsPanel({ system, history }: { system: System; history: readonly System[] }) {
  const columns = useMemo(() => columnsFor(system, history), [system, history]);
  return (
    <Panel title="Who works on the log">
      <DataTable
        label="Processors"
        columns={columns}
        rows={system.processors ?? NONE}
        rowId={nameOf}
        empty={<Empty title="Not known">PostgreSQL does not answer, which is where they say how they are.</Empty>}
      />
    </Panel>
  );
}

const NONE: readonly Processor[] = [];
const nameOf = ({ name }: Processor) => name;
const perSecond = (value: number) => `${value.toLocaleString()}/s`;
const events = (value: number) => `${value.toLocaleString()} ${value === 1 ? 'event' : 'events'}`;

function columnsFor(system: System, history: readonly System[]): Column<Processor>[] {
  return [
    {
      id: 'name',
      header: 'Processor',
      cell: ({ row: { original } }) => (
        <>
          <Text size="sm" fw={600}>
            {original.name}
          </Text>
          <Text size="xs" c="dimmed">
            {doesWhat(original)}
          </Text>
        </>
      ),
    },
    {
      id: 'health',
      header: 'Health',
      cell: ({ row: { original } }) => {
        const { words, colour } = healthOf(original, system);
        return <Badge color={colour}>{words}</Badge>;
      },
    },
    {
      id: 'lag',
      header: 'Lag',
      meta: { align: 'right' },
      cell: ({ row: { original } }) => <Lag of={original} history={history} />,
    },
    {
      id: 'throughput',
      header: 'Throughput',
      meta: { align: 'right' },
      cell: ({ row: { original } }) => (
        <Stack gap={0} align="flex-end">
          {original.kind === 'beat' ? '–' : perSecond(original.throughput)}
          {original.kind !== 'beat' && (
            <Sparkline
              points={pointsOf(history, original.name, ({ throughput }) => throughput)}
              what={`Throughput of ${original.name}`}
              format={perSecond}
            />
          )}
        </Stack>
      ),
    },
    {
      id: 'processed',
      header: 'Done',
      meta: { align: 'right' },
      cell: ({ row: { original } }) => original.processed.toLocaleString(),
    },
    { id: 'errors', header: 'Errors', cell: ({ row: { original } }) => <Errors of={original} /> },
    {
      id: 'last_event',
      header: 'Last event',
      cell: ({ row: { original } }) =>
        original.last_event_at === undefined ? '–' : <Moment at={original.last_event_at} ago />,
    },
    {
      id: 'leader',
      header: 'Led by',
      cell: ({ row: { original } }) => <Leader of={original} />,
    },
  ];
}

function Lag({
  of: { name, lag, lag_seconds: seconds, lag_is_partial },
  history,
}: {
  of: Processor;
  history: readonly System[];
}) {
  if (lag === null) return '–';
  return (
    <Stack gap={0} align="flex-end">
      <Group gap={4} wrap="nowrap" style={{ whiteSpace: 'nowrap' }}>
        {lag_is_partial ? `more than ${events(lag)}` : events(lag)}
      </Group>
      {seconds !== null && seconds > 0 && (
        <Text size="xs" c="dimmed">
          oldest {formatSpan(seconds * 1000)}
        </Text>
      )}
      <Sparkline points={pointsOf(history, name, (of) => of.lag)} what={`Lag of ${name}`} format={events} />
    </Stack>
  );
}

function Errors({ of }: { of: Processor }) {
  if (of.errors === 0 && of.last_error === undefined) return '0';
  return (
    <>
      {of.errors.toLocaleString()}
      {of.last_error !== undefined && (
        <Text size="xs" c="dimmed" maw={280} lineClamp={3} title={of.last_error}>
          {of.last_error_at !== undefined && (
            <>
              <Moment at={of.last_error_at} ago />
              {': '}
            </>
          )}
          {of.last_error}
        </Text>
      )}
    </>
  );
}

function Leader({ of: { kind, leading, lease_holder } }: { of: Processor }) {
  if (kind === 'inbound') return leading === true ? 'Consumer group' : '–';
  return leading === true && lease_holder !== undefined ? (
    <Text size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
      {lease_holder}
    </Text>
  ) : (
    'Nobody'
  );
}
