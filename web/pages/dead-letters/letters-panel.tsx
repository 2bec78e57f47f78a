import { Badge, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { api, type Schema } from '../../api/client.ts';
import { formatSpan } from '../../elements/moment.tsx';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { sentence } from '../../elements/words.ts';
import { BulkReplayButton } from './bulk-replay.tsx';
import { LettersTable } from './letters-table.tsx';
import { SOURCE_WORDS } from './letter-words.ts';
import { type DeadLettersSearch, SOURCES, type Status, STATUSES } from './search.ts';
import { TextFilter } from '../../elements/text-filter.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';

type Counts = Schema<'System'>['dead_letters'];

interface LettersPanelProps {
  readonly search: DeadLettersSearch;
  readonly onSearch: (change: Partial<Record<keyof DeadLettersSearch, string | undefined>>) => void;
  /** Live, but stopped at some thousand. */
  readonly counts: Counts;
}

const PAGE_SIZE = 50;

/** Dead letters of a status, filtered, a page at a time. */
export function LettersPanel({ search, onSearch, counts }: LettersPanelProps) {
  const { status = 'PENDING', source, topic, order_id, page_token } = search;
  const stats = api.useQuery('get', '/api/dlq/stats');
  const filter = { ...(source && { source }), ...(topic && { topic }), ...(order_id && { order_id }) };
  const query = api.useQuery(
    'get',
    '/api/dlq/status/{status}',
    { params: { path: { status }, query: { ...filter, page_size: PAGE_SIZE, ...(page_token && { page_token }) } } },
    { placeholderData: keepPreviousData },
  );
  const trail = usePageTrail({ token: page_token, next: query.data?.next_page_token }, (token) => {
    onSearch({ page_token: token });
  });
  return (
    <Panel
      title={`${sentence(status)} dead letters`}
      actions={
        (status === 'PENDING' || status === 'FAILED') && (
          <AdminsOnly>
            <BulkReplayButton filter={{ ...filter, status }} />
          </AdminsOnly>
        )
      }
    >
      <Stack gap="sm">
        <Group gap="md" align="flex-end">
          <SegmentedControl
            aria-label="Status"
            size="xs"
            value={status}
            data={STATUSES.map((value) => ({ value, label: labelOf(value, stats.data?.by_status[value], counts) }))}
            onChange={(chosen) => {
              onSearch({ status: chosen });
            }}
          />
          {stats.data?.oldest_pending_seconds !== undefined && (
            <Text size="sm" c="dimmed">
              The oldest pending one waits for {formatSpan(stats.data.oldest_pending_seconds * 1000)}.
            </Text>
          )}
        </Group>
        <Group gap="sm" align="flex-end">
          <Select
            label="Where from"
            size="xs"
            clearable
            clearButtonProps={{ 'aria-label': 'Clear where from' }}
            placeholder="Both"
            value={source ?? null}
            data={SOURCES.map((value) => ({
              value,
              label: `${SOURCE_WORDS[value]} (${stats.data?.by_source[value] ?? 0})`,
            }))}
            onChange={(chosen) => {
              onSearch({ source: chosen ?? undefined });
            }}
          />
          <Select
            label="Topic"
            size="xs"
            clearable
            searchable
            clearButtonProps={{ 'aria-label': 'Clear topic' }}
            placeholder="All"
            value={topic ?? null}
            data={topicsOf(stats.data?.by_topic ?? {}, topic)}
            onChange={(chosen) => {
              onSearch({ topic: chosen ?? undefined });
            }}
          />
          <TextFilter
            key={order_id}
            label="Order"
            value={order_id}
            onValue={(value) => {
              onSearch({ order_id: value });
            }}
          />
          {Object.keys(filter).length > 0 && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => {
                onSearch({ source: undefined, topic: undefined, order_id: undefined });
              }}
            >
              Clear filters
            </Button>
          )}
        </Group>
        <QueryView query={query}>
          {({ dead_letters: letters }) => (
            <>
              <LettersTable
                letters={letters}
                status={status}
                isFiltered={Object.keys(filter).length > 0}
                isStale={query.isPlaceholderData}
              />
              {(letters.length > 0 || page_token !== undefined) && (
                <Pager {...trail}>
                  {letters.length} on this page, the longest waiting first{' '}
                  {stats.data !== undefined && stats.data.archived > 0 && (
                    <Badge color="gray">{stats.data.archived.toLocaleString()} in the archive</Badge>
                  )}
                </Pager>
              )}
            </>
          )}
        </QueryView>
      </Stack>
    </Panel>
  );
}

/** The live count stops at some thousand; the exact one may be a moment older. */
function labelOf(status: Status, exact: number | undefined, counts: Counts): string {
  const live = counts?.[COUNTED[status]];
  const count = counts && !counts.is_partial ? live : exact;
  return count === undefined ? sentence(status) : `${sentence(status)} (${count.toLocaleString()})`;
}

const COUNTED = { PENDING: 'pending', FAILED: 'failed', REPLAYED: 'replayed', SKIPPED: 'skipped' } as const;

function topicsOf(byTopic: Readonly<Record<string, number>>, chosen: string | undefined) {
  const topics = new Set([...Object.keys(byTopic), ...(chosen === undefined ? [] : [chosen])]);
  return [...topics].sort().map((value) => ({ value, label: `${value} (${byTopic[value] ?? 0})` }));
}
