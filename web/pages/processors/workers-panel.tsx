import { Anchor, Text } from '@mantine/core';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { formatSpan } from '../../elements/moment.tsx';
import { Panel } from '../../elements/panel.tsx';
import { Empty } from '../../elements/state.tsx';
import type { System } from './history.ts';

type Tasks = NonNullable<System['workers']['tasks']>[number];

/** The workers and the tasks that wait for them, as Temporal knows them. */
export function WorkersPanel({ workers, uiUrl }: { workers: System['workers']; uiUrl: string | undefined }) {
  return (
    <Panel
      title="Workers"
      actions={
        uiUrl !== undefined && (
          <Text size="sm">
            <Anchor href={uiUrl}>Temporal Web UI</Anchor>
          </Text>
        )
      }
    >
      <DataTable
        label={`Workers on the task queue ${workers.task_queue}`}
        columns={COLUMNS}
        rows={workers.tasks ?? NONE}
        rowId={({ tasks }) => tasks}
        empty={<Empty title="Not known">{workers.detail ?? 'Temporal does not say.'}</Empty>}
      />
      <Text size="xs" c="dimmed" mt="xs">
        Task queue <code>{workers.task_queue}</code>. A worker that died is counted for up to a minute after it last
        asked.
      </Text>
    </Panel>
  );
}

const NONE: readonly Tasks[] = [];
const DOES: Readonly<Record<Tasks['tasks'], string>> = {
  workflow: 'Steps of workflows, with their database steps',
  activity: 'Calls to payment provider and carrier that take longer',
};
const COLUMNS: readonly Column<Tasks>[] = [
  { id: 'tasks', header: 'Tasks', cell: ({ row: { original } }) => DOES[original.tasks] },
  {
    id: 'pollers',
    header: 'Workers that ask',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => original.pollers.toLocaleString(),
  },
  {
    id: 'backlog',
    header: 'Tasks that wait',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => original.backlog?.toLocaleString() ?? '–',
  },
  {
    id: 'oldest',
    header: 'Oldest',
    meta: { align: 'right' },
    cell: ({
      row: {
        original: { backlog = 0, backlog_seconds },
      },
    }) => (backlog === 0 || backlog_seconds === undefined ? '–' : formatSpan(backlog_seconds * 1000)),
  },
  {
    id: 'rate',
    header: 'Tasks a second',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => original.tasks_per_second?.toLocaleString() ?? '–',
  },
];
