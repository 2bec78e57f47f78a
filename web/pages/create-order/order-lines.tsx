import { Button, Group, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import { NEW_ORDER } from '../../api/new-order.ts';
import type { Schema } from '../../api/client.ts';
import { OrderLine } from './order-line.tsx';
import { EMPTY_LINE, type OrderValues } from './values.ts';

interface OrderLinesProps {
  readonly form: UseFormReturnType<OrderValues>;
  readonly products: ReadonlyMap<string, Schema<'Product'>>;
}

const { maxItems } = NEW_ORDER.properties.items;

/** The lines of the order: add, change, remove. */
export function OrderLines({ form, products }: OrderLinesProps) {
  const { items } = form.getValues();
  const keys = useKeys(items.length);
  const add = useRef<HTMLButtonElement>(null);
  return (
    <Stack gap="sm">
      {items.map((line, index) => (
        <OrderLine
          key={keys.list[index]}
          form={form}
          index={index}
          product={products.get(line.product_id)}
          wanted={wantedOf(items, line.product_id)}
          onRemove={
            items.length === 1
              ? undefined
              : () => {
                  keys.remove(index);
                  form.removeListItem('items', index);
                  add.current?.focus();
                }
          }
        />
      ))}
      {form.errors.items !== undefined && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {form.errors.items}
        </Text>
      )}
      <Group>
        <Button
          ref={add}
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={items.length >= maxItems}
          onClick={() => form.insertListItem('items', EMPTY_LINE)}
        >
          Add another product
        </Button>
      </Group>
    </Stack>
  );
}

/** How many of a product all lines want together. */
function wantedOf(items: OrderValues['items'], productId: string): number {
  return items.reduce((sum, line) => sum + (line.product_id === productId ? Number(line.quantity) || 0 : 0), 0);
}

/** A key for each line that stays with it when another is removed. */
function useKeys(length: number) {
  const keys = useRef<{ next: number; list: number[] }>({ next: 0, list: [] });
  return {
    get list() {
      const { current } = keys;
      while (current.list.length < length) current.list.push(current.next++);
      return current.list;
    },
    remove: (index: number) => void keys.current.list.splice(index, 1),
  };
}
