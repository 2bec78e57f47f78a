import { Group, Select, Stack } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { AuditTable } from './audit-table.tsx';
import { ACTION_WORDS } from './letter-words.ts';
import type { DeadLettersSearch } from './search.ts';
import { TextFilter } from '../../elements/text-filter.tsx';

interface AuditPanelProps {
  readonly search: DeadLettersSearch;
  readonly onSearch: (change: Partial<Record<keyof DeadLettersSearch, string | undefined>>) => void;
}

const PAGE_SIZE = 50;

/** What people did to dead letters, the newest first. */
export function AuditPanel({ search: { actor, action, event_id, page_token }, onSearch }: AuditPanelProps) {
  const query = api.useQuery(
    'get',
    '/api/dlq/audit',
    {
      params: {
        query: {
          page_size: PAGE_SIZE,
          ...(actor && { actor }),
          ...(action && { action }),
          ...(event_id && { event_id }),
          ...(page_token && { page_token }),
        },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const trail = usePageTrail({ token: page_token, next: query.data?.next_page_token }, (token) => {
    onSearch({ page_token: token });
  });
  return (
    <Panel title="Who did what">
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextFilter
            key={`who ${actor}`}
            label="Who"
            value={actor}
            onValue={(value) => {
              onSearch({ actor: value });
            }}
          />
          <Select
            label="What"
            size="xs"
            clearable
            clearButtonProps={{ 'aria-label': 'Clear what' }}
            placeholder="Everything"
            value={action ?? null}
            data={Object.entries(ACTION_WORDS).map(([value, label]) => ({ value, label }))}
            onChange={(chosen) => {
              onSearch({ action: chosen ?? undefined });
            }}
          />
          <TextFilter
            key={`event ${event_id}`}
            label="Dead letter (event id)"
            value={event_id}
            onValue={(value) => {
              onSearch({ event_id: value });
            }}
          />
        </Group>
        <QueryView query={query}>
          {({ entries }) => (
            <>
              <AuditTable entries={entries} isStale={query.isPlaceholderData} />
              <Pager {...trail}>{entries.length} on this page, the newest first</Pager>
            </>
          )}
        </QueryView>
      </Stack>
    </Panel>
  );
}
