import { Group, Select, Stack } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { TextFilter } from '../../elements/text-filter.tsx';
import { DeliveriesTable } from './deliveries-table.tsx';
import { DELIVERY_WORDS } from './delivery-words.ts';
import { useEventTypes } from './event-types.ts';
import { DELIVERY_STATUSES, type EndpointSearch } from './search.ts';
import { useDue } from './use-due.ts';

interface DeliveriesPanelProps {
  readonly webhookId: string;
  readonly search: EndpointSearch;
  readonly onSearch: (change: Partial<Record<keyof EndpointSearch, string | undefined>>) => void;
}

const PAGE_SIZE = 50;

/** What was sent to a webhook, the newest first. */
export function DeliveriesPanel({ webhookId, search, onSearch }: DeliveriesPanelProps) {
  const { status, event_type, order_id, page_token } = search;
  const types = useEventTypes();
  const query = api.useQuery(
    'get',
    '/api/webhooks/{id}/deliveries',
    {
      params: {
        path: { id: webhookId },
        query: {
          page_size: PAGE_SIZE,
          ...(status && { status }),
          ...(event_type && { event_type }),
          ...(order_id && { order_id }),
          ...(page_token && { page_token }),
        },
      },
    },
    { placeholderData: keepPreviousData },
  );
  useDue(query.data?.deliveries ?? [], () => void query.refetch());
  const trail = usePageTrail({ token: page_token, next: query.data?.next_page_token }, (token) => {
    onSearch({ page_token: token });
  });
  return (
    <Panel title="What was sent">
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <Select
            label="Outcome"
            size="xs"
            clearable
            clearButtonProps={{ 'aria-label': 'Clear outcome' }}
            placeholder="All"
            value={status ?? null}
            data={DELIVERY_STATUSES.map((value) => ({ value, label: DELIVERY_WORDS[value] }))}
            onChange={(chosen) => {
              onSearch({ status: chosen ?? undefined });
            }}
          />
          <Select
            label="Type of event"
            size="xs"
            clearable
            searchable
            clearButtonProps={{ 'aria-label': 'Clear type' }}
            placeholder="All"
            value={event_type ?? null}
            data={[...new Set([...types, ...(event_type === undefined ? [] : [event_type])])]}
            onChange={(chosen) => {
              onSearch({ event_type: chosen ?? undefined });
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
        </Group>
        <QueryView query={query}>
          {({ deliveries }) => (
            <>
              <DeliveriesTable
                deliveries={deliveries}
                isStale={query.isPlaceholderData}
                isFiltered={[status, event_type, order_id].some((filter) => filter !== undefined)}
                onOpen={(delivery) => {
                  onSearch({ delivery, page_token });
                }}
              />
              {(deliveries.length > 0 || page_token !== undefined) && (
                <Pager {...trail}>{deliveries.length} on this page, the newest first</Pager>
              )}
            </>
          )}
        </QueryView>
      </Stack>
    </Panel>
  );
}
