import { Alert, Group, Stack, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client.ts';
import { formatSpan } from '../../elements/moment.tsx';
import { formatMajor, formatMoney, toMajor } from '../../elements/money.tsx';
import type { OrderValues } from './values.ts';

interface OrderTotalProps {
  readonly items: OrderValues['items'];
  readonly products: ReadonlyMap<string, Schema<'Product'>>;
  /** The server's words about the total. */
  readonly error: unknown;
}

/** What the order comes to as it stands, and what follows from that. */
export function OrderTotal({ items, products, error }: OrderTotalProps) {
  const settings = api.useQuery('get', '/api/dashboard/settings', {}, { staleTime: Infinity });
  const totals = totalsOf(items, products);
  const [only] = totals.size === 1 ? totals : [];
  const limit = settings.data?.approval_limit;
  const isAboveLimit = only !== undefined && limit !== undefined && toMajor(only[1], only[0]) > limit;
  return (
    <Stack gap="xs">
      <Group justify="space-between" role="status" aria-label="Total">
        <Text fw={600}>Total</Text>
        <Text fw={700} size="xl">
          {totals.size === 0 ? '–' : [...totals].map(([currency, minor]) => formatMoney(minor, currency)).join(' + ')}
        </Text>
      </Group>
      {typeof error === 'string' && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {error}
        </Text>
      )}
      {totals.size > 1 && (
        <Alert color="orange" title="Several currencies">
          All products of an order must be priced in one currency. Make one order for each.
        </Alert>
      )}
      {isAboveLimit && (
        <Alert color="orange" title="Waits for approval">
          The total is above {formatMajor(limit, only[0])}. A person has to approve it within{' '}
          {formatSpan((settings.data?.approval_timeout_seconds ?? 0) * 1000)}, or it is cancelled. Nothing is reserved
          or charged before.
        </Alert>
      )}
    </Stack>
  );
}

/** The sums of the lines in minor units, by currency. */
function totalsOf(items: OrderValues['items'], products: OrderTotalProps['products']): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { product_id: id, quantity } of items) {
    const product = products.get(id);
    const pieces = Number(quantity);
    if (!product || !Number.isInteger(pieces) || pieces < 1) continue;
    totals.set(product.currency, (totals.get(product.currency) ?? 0) + product.unit_price_minor * pieces);
  }
  return totals;
}
