import { Badge, Group, Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import type { Column } from '../../elements/data-table.tsx';
import { PageLink } from '../../elements/links.tsx';
import { formatMoney, Money } from '../../elements/money.tsx';

type SoldProduct = Schema<'SoldProduct'>;

const figures = new Intl.NumberFormat();
const right = { align: 'right' } as const;

/** What is told of a product in the catalogue. */
export const PRODUCT_COLUMNS: readonly Column<SoldProduct>[] = [
  {
    id: 'name',
    header: 'Product',
    enableSorting: true,
    cell: ({ row: { original } }) => (
      <PageLink to="/dashboard/products/$productId" params={{ productId: original.id }}>
        {original.name}
      </PageLink>
    ),
  },
  {
    id: 'id',
    header: 'Id',
    enableSorting: true,
    cell: ({ row: { original } }) => (
      <Text span inherit ff="monospace">
        {original.id}
      </Text>
    ),
  },
  {
    id: 'price',
    header: 'Price',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => <Money minor={original.unit_price_minor} currency={original.currency} />,
  },
  {
    id: 'available',
    header: 'Available',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => (
      <Group gap={6} justify="flex-end" wrap="nowrap">
        {original.available === 0 && <Badge color="red">None left</Badge>}
        {figures.format(original.available)}
      </Group>
    ),
  },
  {
    id: 'reserved',
    header: 'Reserved',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => figures.format(original.reserved),
  },
  {
    id: 'quantity',
    header: 'Sold',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => figures.format(original.sales.quantity),
  },
  {
    id: 'revenue',
    header: 'Revenue',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) =>
      original.sales.revenue.map(({ currency, amount_minor: minor }) => formatMoney(minor, currency)).join(', ') || '–',
  },
  {
    id: 'orders',
    header: 'Orders',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => figures.format(original.sales.order_count),
  },
  {
    id: 'average_quantity',
    header: 'Average quantity',
    enableSorting: true,
    meta: right,
    cell: ({ row: { original } }) => figures.format(original.sales.average_quantity),
  },
];
