import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client.ts';
import { Page } from '../../elements/page.tsx';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Empty } from '../../elements/state.tsx';
import { openNewWebhook } from './open-forms.tsx';
import { refreshWebhooks, useWebhookNews } from './use-news.ts';
import { WebhooksTable } from './webhooks-table.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';

const PAGE_SIZE = 50;

/** Every address that is told of events. */
export function Webhooks() {
  const { page_token } = useSearch({ from: '/dashboard/webhooks' });
  const navigate = useNavigate({ from: '/dashboard/webhooks' });
  const queries = useQueryClient();
  const system = useWebhookNews();
  const query = api.useQuery(
    'get',
    '/api/webhooks',
    { params: { query: { page_size: PAGE_SIZE, ...(page_token !== undefined && { page_token }) } } },
    { placeholderData: keepPreviousData },
  );
  const trail = usePageTrail({ token: page_token, next: query.data?.next_page_token }, (token) => {
    void navigate({ search: token === undefined ? {} : { page_token: token } });
  });
  const add = () => {
    openNewWebhook({ onDone: () => void refreshWebhooks(queries) });
  };
  return (
    <Page
      title="Webhooks"
      subtitle="Addresses that are told of every change of an order, signed, again and again until it arrives."
      actions={
        <AdminsOnly>
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
            Add webhook
          </Button>
        </AdminsOnly>
      }
    >
      {system?.webhooks && <Counts of={system.webhooks} />}
      <Panel title="Addresses">
        <QueryView query={query}>
          {({ webhooks }) => (
            <>
              <WebhooksTable
                webhooks={webhooks}
                isStale={query.isPlaceholderData}
                empty={
                  <Empty title="No webhook yet">Add an address, and it gets the events that happen from then on.</Empty>
                }
              />
              {(page_token !== undefined || query.data?.next_page_token !== '') && (
                <Pager {...trail}>{webhooks.length} on this page, the oldest first</Pager>
              )}
            </>
          )}
        </QueryView>
      </Panel>
    </Page>
  );
}

function Counts({ of: { endpoints, disabled, deliveries } }: { of: NonNullable<Schema<'System'>['webhooks']> }) {
  const more = deliveries.is_partial ? ' or more' : '';
  const facts = [
    ['Addresses', endpoints.toLocaleString()],
    ['Disabled', disabled.toLocaleString()],
    ['Deliveries under way', `${deliveries.pending.toLocaleString()}${more}`],
    ['Of these, tried again', deliveries.retrying.toLocaleString()],
    ['Given up', `${deliveries.failed.toLocaleString()}${more}`],
  ] as const;
  return (
    <Group component="dl" gap="xl" m={0}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" fw={600} m={0}>
            {value}
          </Text>
        </div>
      ))}
    </Group>
  );
}
