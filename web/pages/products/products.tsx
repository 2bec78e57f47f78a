import { Button, SimpleGrid } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { DataTable } from '../../elements/data-table.tsx';
import { DelayedText } from '../../elements/delayed-text.tsx';
import { NumberFilter } from '../../elements/number-filter.tsx';
import { Page } from '../../elements/page.tsx';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Empty } from '../../elements/state.tsx';
import { PRODUCT_COLUMNS } from './columns.tsx';
import { ProductForm } from './product-form.tsx';
import { PRODUCT_SORTS, type ProductsSearch, productsSearch } from './search.ts';

const PAGE_SIZE = 50;

/** The catalogue: price, stock and sales of each product. */
export function Products() {
  const search = useSearch({ from: '/dashboard/products' });
  const navigate = useNavigate({ from: '/dashboard/products' });
  const [isAdding, setAdding] = useState(false);
  const { sort = '-revenue' } = search;
  const products = api.useQuery(
    'get',
    '/api/products',
    { params: { query: { ...search, sort, page_size: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  );
  const errors = fieldErrors(products.error);

  const show = (change: Partial<Record<keyof ProductsSearch, unknown>>) => {
    // Another list begins on its first page.
    void navigate({
      search: (before) => productsSearch({ ...before, page_token: undefined, ...change }),
      replace: true,
    });
  };
  const trail = usePageTrail({ token: search.page_token, next: products.data?.next_page_token }, (token) => {
    void navigate({ search: (before) => productsSearch({ ...before, page_token: token }) });
  });
  const isFiltered = search.search !== undefined || search.max_available !== undefined;

  return (
    <Page
      title="Products"
      subtitle="Price, stock and sales; cancelled orders do not count in what was sold"
      actions={
        <AdminsOnly>
          <Button
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => {
              setAdding(true);
            }}
          >
            Add product
          </Button>
        </AdminsOnly>
      }
    >
      <Panel title="Which products">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          <DelayedText
            label="Product"
            placeholder="Part of an id or a name"
            leftSection={<IconSearch size={15} aria-hidden />}
            value={search.search ?? ''}
            error={errors.search}
            onText={(text) => {
              show({ search: text === '' ? undefined : text });
            }}
          />
          <NumberFilter
            label="Low stock: available at most"
            value={search.max_available}
            allowDecimal={false}
            error={errors.max_available}
            onNumber={(value) => {
              show({ max_available: value });
            }}
          />
        </SimpleGrid>
      </Panel>
      <Panel title="Catalogue">
        <QueryView query={products} lines={10}>
          {({ products: rows }) => (
            <>
              <DataTable
                label="Products"
                columns={PRODUCT_COLUMNS}
                rows={rows}
                rowId={({ id }) => id}
                sort={sort}
                onSort={(next) => {
                  show({ sort: PRODUCT_SORTS.find((known) => known === next) });
                }}
                isStale={products.isPlaceholderData}
                empty={
                  isFiltered ? (
                    <Empty title="No product matches">
                      <Button
                        variant="default"
                        size="xs"
                        onClick={() => {
                          void navigate({ search: {} });
                        }}
                      >
                        Show all products
                      </Button>
                    </Empty>
                  ) : (
                    <Empty title="The catalogue is empty">Add a product, so that it can be ordered.</Empty>
                  )
                }
              />
              <Pager {...trail}>{rows.length === 1 ? '1 product' : `${rows.length} products`} on this page</Pager>
            </>
          )}
        </QueryView>
      </Panel>
      <ProductForm
        isOpen={isAdding}
        onClose={() => {
          setAdding(false);
        }}
      />
    </Page>
  );
}
