import { Button, Group, Text } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { DataTable } from '../../elements/data-table.tsx';
import { ButtonLink } from '../../elements/links.tsx';
import { Page } from '../../elements/page.tsx';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { Failed, Loading } from '../../elements/state.tsx';
import { BulkCancellation, type CancellationTarget } from './bulk-cancellation.tsx';
import { COLUMNS } from './columns.tsx';
import { FilterChips } from './filter-chips.tsx';
import { Filters } from './filters.tsx';
import { NoOrders } from './no-orders.tsx';
import { Selected } from './selected.tsx';
import { type OrdersView, queryOf, useOrdersView } from './use-orders-view.ts';

const PAGE_SIZE = 50;
const NONE: ReadonlySet<string> = new Set();

/** All orders: found, sorted, exported, cancelled by many. */
export function Orders() {
  const view = useOrdersView();
  const { filter, sort, token } = view;
  const [ticked, setTicked] = useState({ of: view.filterKey, ids: NONE });
  // What was ticked under another filter may be out of sight.
  const selection = ticked.of === view.filterKey ? ticked.ids : NONE;
  const select = (ids: ReadonlySet<string>) => setTicked({ of: view.filterKey, ids });
  const [target, setTarget] = useState<CancellationTarget>();

  const query = { ...queryOf(filter), sort };
  const orders = api.useQuery(
    'get',
    '/api/orders',
    {
      params: {
        query: { ...query, count: 'true', page_size: PAGE_SIZE, ...(token !== undefined && { page_token: token }) },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const errors = fieldErrors(orders.error);

  return (
    <Page
      title="Orders"
      subtitle={orders.data && !orders.isError ? tellCount(orders.data) : undefined}
      actions={
        <>
          <Button
            component="a"
            href={`/api/orders.csv?${new URLSearchParams(textsOf(query)).toString()}`}
            download
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
          >
            Export CSV
          </Button>
          <ButtonLink to="/dashboard/create-order" leftSection={<IconPlus size={15} aria-hidden />}>
            Create order
          </ButtonLink>
        </>
      }
    >
      <Panel title="Which orders">
        <Filters view={view} errors={errors} />
      </Panel>
      <FilterChips view={view} />
      <Panel
        title="Orders found"
        actions={
          <Selected
            ids={selection}
            found={orders.data}
            onCancel={() => setTarget({ order_ids: [...selection] })}
            onCancelFound={() => setTarget({ filter: queryOf(filter) })}
            onClear={() => select(NONE)}
          />
        }
      >
        {orders.isError && (orders.data === undefined || orders.isPlaceholderData) ? (
          <Failed problem={orders.error} onRetry={() => void orders.refetch()} />
        ) : orders.data === undefined ? (
          <Loading lines={8} label="Loading orders" />
        ) : (
          <DataTable
            label="Orders"
            columns={COLUMNS}
            rows={orders.data.orders}
            rowId={({ id }) => id}
            sort={sort}
            onSort={(wanted) => view.change({ sort: wanted as OrdersView['sort'] })}
            selection={selection}
            onSelection={select}
            empty={<NoOrders view={view} />}
            isStale={orders.isPlaceholderData}
          />
        )}
        <Pages view={view} found={orders.isError ? undefined : orders.data} />
      </Panel>
      {target && (
        <BulkCancellation
          target={target}
          onClose={(isDone) => {
            setTarget(undefined);
            if (isDone) select(NONE);
          }}
        />
      )}
    </Page>
  );
}

function Pages({ view, found }: { view: OrdersView; found: Schema<'OrderPage'> | undefined }) {
  const { page, token, toFirst, toPrevious, toNext } = view;
  const next = found?.next_page_token ?? '';
  const first = (page - 1) * PAGE_SIZE + 1;
  // Where the address has a token and no number, nobody knows which page it is.
  const isPlaceKnown = token === undefined || page > 1;
  return (
    <Pager onFirst={toFirst} onPrevious={toPrevious} onNext={next === '' ? undefined : () => toNext(next)}>
      {found && found.orders.length > 0 && isPlaceKnown && (
        <Text span inherit aria-live="polite">
          {first.toLocaleString()}–{(first + found.orders.length - 1).toLocaleString()} of {count(found)}
        </Text>
      )}
    </Pager>
  );
}

function tellCount(found: Schema<'OrderPage'>) {
  return <Group gap={4}>{found.total === 1 ? '1 order' : `${count(found)} orders`}</Group>;
}

function count({ total = 0, total_is_partial: isPartial }: Schema<'OrderPage'>): string {
  return isPartial ? `more than ${total.toLocaleString()}` : total.toLocaleString();
}

function textsOf(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
