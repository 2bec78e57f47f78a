import { Button, Stack } from '@mantine/core';
import { IconEdit } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { isMissing } from '../../api/problem.ts';
import { Copy } from '../../elements/copy.tsx';
import { FigureList } from '../../elements/figure-list.tsx';
import { PageLink } from '../../elements/links.tsx';
import { formatMoney, Money } from '../../elements/money.tsx';
import { Page } from '../../elements/page.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Missing } from '../../elements/state.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';
import { ProductForm } from './product-form.tsx';
import { Sales } from './sales.tsx';
import { StockBar } from './stock-bar.tsx';
import { StockForm } from './stock-form.tsx';

const figures = new Intl.NumberFormat();

/** One product: its price, its stock, and what was sold of it. */
export function ProductPage() {
  const { productId } = useParams({ from: '/dashboard/products/$productId' });
  const [isEditing, setEditing] = useState(false);
  const product = api.useQuery('get', '/api/products/{id}', { params: { path: { id: productId } } });
  if (isMissing(product.error))
    return (
      <Missing what="such product">
        The catalogue has no “{productId}”. See{' '}
        <PageLink to="/dashboard/products" underline="always">
          all products
        </PageLink>
        .
      </Missing>
    );
  return (
    <Page
      title={
        <>
          {product.data?.name ?? productId} <Copy text={productId} what="product id" />
        </>
      }
      name={product.data?.name ?? productId}
      subtitle={
        <>
          <PageLink to="/dashboard/products" underline="always">
            All products
          </PageLink>{' '}
          · {productId}
        </>
      }
      actions={
        product.data && (
          <AdminsOnly>
            <Button
              variant="default"
              leftSection={<IconEdit size={15} aria-hidden />}
              onClick={() => {
                setEditing(true);
              }}
            >
              Edit product
            </Button>
          </AdminsOnly>
        )
      }
    >
      <QueryView query={product}>
        {(told) => (
          <Stack gap="md">
            <FigureList
              label={`Figures of ${told.name}`}
              figures={[
                { label: 'Price', value: <Money minor={told.unit_price_minor} currency={told.currency} /> },
                { label: 'Available', value: figures.format(told.available), note: 'can be reserved' },
                { label: 'Reserved', value: figures.format(told.reserved), note: 'for open orders' },
                { label: 'Sold', value: figures.format(told.sales.quantity), note: 'not cancelled' },
                {
                  label: 'Revenue',
                  value:
                    told.sales.revenue
                      .map(({ currency, amount_minor: minor }) => formatMoney(minor, currency))
                      .join(', ') || '–',
                  note: 'not cancelled',
                },
                {
                  label: 'Orders',
                  value: figures.format(told.sales.order_count),
                  note: `${figures.format(told.sales.average_quantity)} each on average`,
                },
              ]}
            />
            <Panel title="Stock">
              <StockBar available={told.available} reserved={told.reserved} />
              <AdminsOnly to="change the stock">
                <StockForm product={told} />
              </AdminsOnly>
            </Panel>
            <Sales product={told} />
            <ProductForm
              product={told}
              isOpen={isEditing}
              onClose={() => {
                setEditing(false);
              }}
            />
          </Stack>
        )}
      </QueryView>
    </Page>
  );
}
