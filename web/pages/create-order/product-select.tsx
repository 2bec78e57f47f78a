import { Select, type SelectProps, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client.ts';
import { formatMoney } from '../../elements/money.tsx';

type Product = Schema<'Product'>;

interface ProductSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** Empty while none is chosen. */
  readonly value: string;
  /** What is known of the chosen one. */
  readonly chosen: Product | undefined;
  readonly onChange: (id: string) => void;
}

const MOST_SHOWN = 30;
const PAUSE_MS = 200;

/** A product of the catalogue, searched by the server in ids and names, so that a catalogue may have any size. */
export function ProductSelect({ value, chosen, onChange, ...rest }: ProductSelectProps) {
  const label = chosen ? nameOf(chosen) : value;
  const [text, setText] = useState(label);
  const [settled] = useDebouncedValue(text.trim(), PAUSE_MS);
  // What stands there after a choice is no search.
  const words = settled === label ? '' : settled;
  const all = api.useQuery(
    'get',
    '/api/products',
    { params: { query: { page_size: MOST_SHOWN } } },
    { enabled: words === '' },
  );
  const found = api.useQuery(
    'get',
    '/api/products/search',
    { params: { query: { q: words, page_size: MOST_SHOWN } } },
    { enabled: words !== '', placeholderData: keepPreviousData },
  );
  const { data, isFetching, isError } = words === '' ? all : found;
  const products = data?.products ?? [];
  const options = products.map((product) => ({ value: product.id, label: nameOf(product) }));
  const isListed = value === '' || options.some((option) => option.value === value);

  return (
    <Select
      {...rest}
      searchable
      placeholder="Name or id"
      data={isListed ? options : [{ value, label }, ...options]}
      value={value === '' ? null : value}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => onChange(id ?? '')}
      // At once, so that nobody chooses from what stood there before they typed.
      filter={({ options: given, search }) => {
        const sought = search.trim().toLowerCase();
        if (sought === label.toLowerCase()) return given;
        return given.filter((option) => 'label' in option && option.label.toLowerCase().includes(sought));
      }}
      nothingFoundMessage={
        isError
          ? 'The catalogue cannot be read now'
          : isFetching || settled !== text.trim()
            ? 'Searching…'
            : 'Nothing in the catalogue'
      }
      renderOption={({ option }) => {
        const product = products.find(({ id }) => id === option.value) ?? chosen;
        return (
          <div>
            <Text size="sm">{option.label}</Text>
            {product && (
              <Text size="xs" c="dimmed">
                {formatMoney(product.unit_price_minor, product.currency)} · {product.available.toLocaleString()}{' '}
                available
              </Text>
            )}
          </div>
        );
      }}
      maxDropdownHeight={280}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

function nameOf({ id, name }: Product): string {
  return `${name} (${id})`;
}
