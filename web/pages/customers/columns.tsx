import type { Schema } from '../../api/client.ts';
import type { Column } from '../../elements/data-table.tsx';
import { PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Money } from '../../elements/money.tsx';

type RankedCustomer = Schema<'RankedCustomer'>;

const figures = new Intl.NumberFormat();

/** What is told of a customer in the ranking of one currency. */
export const CUSTOMER_COLUMNS: readonly Column<RankedCustomer>[] = [
  {
    id: 'customer_id',
    header: 'Customer',
    enableSorting: true,
    cell: ({ row: { original } }) => (
      <PageLink to="/dashboard/customers/$customerId" params={{ customerId: original.customer_id }}>
        {original.customer_id}
      </PageLink>
    ),
  },
  {
    id: 'spent',
    header: 'Spent',
    enableSorting: true,
    meta: { align: 'right' },
    cell: ({ row: { original } }) => <Money minor={original.total_spent_minor} currency={original.currency} />,
  },
  {
    id: 'orders',
    header: 'Orders',
    enableSorting: true,
    meta: { align: 'right' },
    cell: ({ row: { original } }) => figures.format(original.orders),
  },
  {
    id: 'average',
    header: 'Average order',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => {
      const kept = original.orders - original.cancelled;
      if (kept === 0) return '–';
      return <Money minor={Math.round(original.total_spent_minor / kept)} currency={original.currency} />;
    },
  },
  {
    id: 'delivered',
    header: 'Delivered',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => figures.format(original.delivered),
  },
  {
    id: 'cancelled',
    header: 'Cancelled',
    meta: { align: 'right' },
    cell: ({ row: { original } }) => figures.format(original.cancelled),
  },
  {
    id: 'last_order_at',
    header: 'Last order',
    enableSorting: true,
    cell: ({ row: { original } }) => <Moment at={original.last_order_at} ago />,
  },
  {
    id: 'first_order_at',
    header: 'First order',
    cell: ({ row: { original } }) => <Moment at={original.first_order_at} />,
  },
];
