import { Alert, Badge } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { isMissing } from '../../api/problem.ts';
import { Copy } from '../../elements/copy.tsx';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Page } from '../../elements/page.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Missing } from '../../elements/state.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';
import { DeliveriesPanel } from './deliveries-panel.tsx';
import { DeliveryDrawer } from './delivery-drawer.tsx';
import { EndpointActions } from './endpoint-actions.tsx';
import type { EndpointSearch, Webhook } from './search.ts';
import { TestPanel } from './test-panel.tsx';
import { useWebhookNews } from './use-news.ts';
import { stateOf, successOf, typesOf } from './webhook-words.ts';

/** A webhook: how it is doing, what was sent to it, and what can be done with it. */
export function EndpointPage() {
  const { endpointId } = useParams({ from: '/dashboard/webhooks/$endpointId' });
  const search = useSearch({ from: '/dashboard/webhooks/$endpointId' });
  const navigate = useNavigate({ from: '/dashboard/webhooks/$endpointId' });
  useWebhookNews();
  const query = api.useQuery('get', '/api/webhooks/{id}', { params: { path: { id: endpointId } } });
  // Another filter is another list: its pages are counted from the first.
  const show = (change: Partial<Record<keyof EndpointSearch, string | undefined>>) =>
    void navigate({ search: (before) => clean({ ...before, page_token: undefined, ...change }) });
  if (isMissing(query.error))
    return (
      <Missing what="such webhook">
        Perhaps it was deleted. All are found{' '}
        <PageLink to="/dashboard/webhooks" underline="always">
          in the list
        </PageLink>
        .
      </Missing>
    );
  return (
    <QueryView query={query}>
      {(webhook) => (
        <>
          <Page
            title={<span style={{ overflowWrap: 'anywhere' }}>{webhook.url}</span>}
            name={`Webhook ${webhook.url}`}
            subtitle={<Facts of={webhook} />}
            actions={
              <AdminsOnly>
                <EndpointActions webhook={webhook} />
              </AdminsOnly>
            }
          >
            <StateAlert of={webhook} />
            <AdminsOnly>
              <TestPanel webhookId={webhook.id} />
            </AdminsOnly>
            <DeliveriesPanel webhookId={webhook.id} search={search} onSearch={show} />
          </Page>
          <DeliveryDrawer
            id={search.delivery}
            onClose={() => {
              show({ delivery: undefined, page_token: search.page_token });
            }}
          />
        </>
      )}
    </QueryView>
  );
}

function Facts({ of: webhook }: { of: Webhook }) {
  const { words, colour } = stateOf(webhook);
  const success = successOf(webhook);
  return (
    <>
      <PageLink to="/dashboard/webhooks" underline="always">
        Webhooks
      </PageLink>{' '}
      / {webhook.id} <Copy text={webhook.id} what="webhook id" /> <Badge color={colour}>{words}</Badge>
      <br />
      {typesOf(webhook)} · added <Moment at={webhook.created_at} />
      {success !== undefined && ` · ${success} of its latest deliveries arrived`}
    </>
  );
}

function StateAlert({ of: webhook }: { of: Webhook }) {
  const { words, detail } = stateOf(webhook);
  if (detail === undefined) return null;
  return (
    <Alert color={webhook.status === 'DISABLED' ? 'red' : 'orange'} title={words}>
      {webhook.failing_since !== undefined && (
        <>
          Since <Moment at={webhook.failing_since} />.{' '}
        </>
      )}
      {detail} {webhook.status === 'DISABLED' && 'It gets nothing until it is enabled again.'}
    </Alert>
  );
}

function clean(search: Partial<Record<keyof EndpointSearch, string | undefined>>): EndpointSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
