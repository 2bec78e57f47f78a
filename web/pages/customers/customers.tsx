import { Button } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { DataTable } from '../../elements/data-table.tsx';
import { Page } from '../../elements/page.tsx';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { given } from '../../elements/search-values.ts';
import { Empty } from '../../elements/state.tsx';
import { CUSTOMER_COLUMNS } from './columns.tsx';
import { CustomerFilters } from './filters.tsx';
import { boundsOf } from './last-order.ts';
import { CUSTOMER_SORTS, type CustomersSearch, customersSearch } from './search.ts';

const PAGE_SIZE = 50;

/** Who ordered, ranked by what they spent, how often or how lately they ordered. */
export function Customers() {
  const search = useSearch({ from: '/dashboard/customers' });
  const navigate = useNavigate({ from: '/dashboard/customers' });
  const { last_order, min_spent, page_token, sort = '-spent', ...rest } = search;
  // One moment as long as the page is open: with a time of its own every rendering would ask anew.
  const [openedAt] = useState(() => Date.now());
  const bounds = boundsOf(last_order, openedAt);
  const query = {
    ...rest,
    ...bounds,
    ...given({ min_spent: min_spent === undefined ? undefined : String(min_spent), page_token }),
    sort,
    page_size: PAGE_SIZE,
  };
  const customers = api.useQuery('get', '/api/customers', { params: { query } }, { placeholderData: keepPreviousData });

  const show = (change: Partial<Record<keyof CustomersSearch, unknown>>) => {
    // Another list begins on its first page.
    void navigate({
      search: (before) => customersSearch({ ...before, page_token: undefined, ...change }),
      replace: true,
    });
  };
  const trail = usePageTrail({ token: page_token, next: customers.data?.next_page_token }, (token) => {
    void navigate({ search: (before) => customersSearch({ ...before, page_token: token }) });
  });
  const { currency: _currency, ...filter } = rest;
  const isFiltered = Object.keys(filter).length > 0 || last_order !== undefined || min_spent !== undefined;

  return (
    <Page
      title="Customers"
      subtitle="What each ordered in one currency; cancelled orders do not count in what was spent"
    >
      <Panel title="Which customers">
        <CustomerFilters search={search} page={customers.data} error={customers.error} onChange={show} />
      </Panel>
      <Panel title="Ranking">
        <QueryView query={customers} lines={10}>
          {({ customers: rows, currency }) => (
            <>
              <DataTable
                label={`Customers who ordered in ${currency ?? 'any currency'}`}
                columns={CUSTOMER_COLUMNS}
                rows={rows}
                rowId={({ customer_id }) => customer_id}
                sort={sort}
                onSort={(next) => {
                  show({ sort: CUSTOMER_SORTS.find((known) => known === next) });
                }}
                isStale={customers.isPlaceholderData}
                empty={
                  isFiltered ? (
                    <Empty title="No customer matches">
                      <p>Nobody who ordered in {currency} is all that is asked for.</p>
                      <Button
                        variant="default"
                        size="xs"
                        onClick={() => {
                          void navigate({ search: {} });
                        }}
                      >
                        Show all customers
                      </Button>
                    </Empty>
                  ) : (
                    <Empty title="Nobody has ordered yet">Customers appear here with their first order.</Empty>
                  )
                }
              />
              <Pager {...trail}>{rows.length === 1 ? '1 customer' : `${rows.length} customers`} on this page</Pager>
            </>
          )}
        </QueryView>
      </Panel>
    </Page>
  );
}
