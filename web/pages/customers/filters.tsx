import { Select, SimpleGrid } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { DelayedText } from '../../elements/delayed-text.tsx';
import { NumberFilter } from '../../elements/number-filter.tsx';
import { LAST_ORDER_WORDS } from './last-order.ts';
import { type CustomersSearch, LAST_ORDERS } from './search.ts';

interface CustomerFiltersProps {
  readonly search: CustomersSearch;
  readonly page: Schema<'CustomerList'> | undefined;
  readonly error: unknown;
  readonly onChange: (change: Partial<Record<keyof CustomersSearch, unknown>>) => void;
}

/** Which customers are ranked, and in which currency. */
export function CustomerFilters({ search, page, error, onChange }: CustomerFiltersProps) {
  const errors = fieldErrors(error);
  const currency = search.currency ?? page?.currency ?? null;
  const currencies = [...new Set([...(page?.currencies ?? []), ...(currency === null ? [] : [currency])])];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
      <DelayedText
        label="Customer"
        placeholder="Start of a customer id"
        leftSection={<IconSearch size={15} aria-hidden />}
        value={search.search ?? ''}
        error={errors.search}
        onText={(text) => {
          onChange({ search: text === '' ? undefined : text });
        }}
      />
      <Select
        label="Currency"
        data={currencies}
        value={currency}
        allowDeselect={false}
        error={errors.currency}
        onChange={(value) => {
          onChange({ currency: value ?? undefined });
        }}
      />
      <NumberFilter
        label={currency === null ? 'Spent at least' : `Spent at least (${currency})`}
        value={search.min_spent}
        decimalScale={2}
        error={errors.min_spent}
        onNumber={(value) => {
          onChange({ min_spent: value });
        }}
      />
      <NumberFilter
        label="Orders at least"
        value={search.min_orders}
        allowDecimal={false}
        error={errors.min_orders}
        onNumber={(value) => {
          onChange({ min_orders: value });
        }}
      />
      <Select
        label="Last order"
        placeholder="At any time"
        clearable
        clearButtonProps={{ 'aria-label': 'Last order at any time' }}
        data={LAST_ORDERS.map((value) => ({ value, label: LAST_ORDER_WORDS[value] }))}
        value={search.last_order ?? null}
        onChange={(value) => {
          onChange({ last_order: value ?? undefined });
        }}
      />
    </SimpleGrid>
  );
}
