import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client.ts';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Money } from '../../elements/money.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { usePageTrail } from '../../elements/page-trail.ts';
import { Pager } from '../../elements/pager.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { sentence } from '../../elements/words.ts';

const PAGE_SIZE = 10;

const COLUMNS: readonly Column<Schema<'Order'>>[] = [
  { id: 'id', header: 'Order', cell: ({ row: { original } }) => <OrderLink id={original.id} /> },
  { id: 'status', header: 'Status', cell: ({ row: { original } }) => <StatusBadge status={original.status} /> },
  {
    id: 'reason',
    header: 'Reason',
    cell: ({ row: { original } }) => (original.failure_reason === undefined ? '–' : sentence(original.failure_reason)),
  },
  {
    id: 'items',
    header: 'Items',
    cell: ({ row: { original } }) =>
      original.items.map(({ product_id, quantity }, line) => (
        <span key={product_id}>
          {line > 0 && ', '}
          {quantity} ×{' '}
          <PageLink to="/dashboard/products/$productId" params={{ productId: product_id }}>
            {product_id}
          </PageLink>
        </span>
      )),
  },
  {
    id: 'total',
    header: 'Total',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => <Money minor={original.total_minor} currency={original.currency} />,
  },
  { id: 'created_at', header: 'Created', cell: ({ row: { original } }) => <Moment at={original.created_at} ago /> },
];

/** The orders of a customer, the newest first. */
export function CustomerOrders({ customerId }: { customerId: string }) {
  const [token, setToken] = useState<string>();
  const query = {
    customer_id: customerId,
    page_size: PAGE_SIZE,
    ...(token !== undefined && { page_token: token }),
  };
  const orders = api.useQuery('get', '/api/orders', { params: { query } }, { placeholderData: keepPreviousData });
  const trail = usePageTrail({ token, next: orders.data?.next_page_token }, setToken);
  return (
    <Panel
      title="Orders"
      actions={
        <PageLink to="/dashboard/orders" search={{ customer_id: customerId }} size="sm">
          Filter, sort and export them
        </PageLink>
      }
    >
      <QueryView query={orders}>
        {(page) => (
          <>
            <DataTable
              label={`Orders of ${customerId}`}
              columns={COLUMNS}
              rows={page.orders}
              rowId={({ id }) => id}
              isStale={orders.isPlaceholderData}
            />
            <Pager {...trail} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
