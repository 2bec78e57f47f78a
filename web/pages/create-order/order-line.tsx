import { ActionIcon, Box, Group, Text, TextInput, Tooltip } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconAlertTriangle, IconTrash } from '@tabler/icons-react';
import type { Schema } from '../../api/client.ts';
import { NEW_ORDER } from '../../api/new-order.ts';
import { formatMoney } from '../../elements/money.tsx';
import { ProductSelect } from './product-select.tsx';
import { EMPTY_LINE, type OrderValues } from './values.ts';

interface OrderLineProps {
  readonly form: UseFormReturnType<OrderValues>;
  readonly index: number;
  readonly product: Schema<'Product'> | undefined;
  /** How many of the product all lines want together. */
  readonly wanted: number;
  /** Undefined for the only line. */
  readonly onRemove: (() => void) | undefined;
}

const { minimum, maximum } = NEW_ORDER.properties.items.items.properties.quantity;

/** A product and how many of it, with its price and its stock as they are now. */
export function OrderLine({ form, index, product, wanted, onRemove }: OrderLineProps) {
  const { product_id: id, quantity } = form.getValues().items[index] ?? EMPTY_LINE;
  const pieces = Number(quantity);
  const isTooMany = product !== undefined && wanted > product.available;
  return (
    <Box role="group" aria-label={`Line ${index + 1}`}>
      <Group gap="sm" align="flex-start" wrap="wrap">
        <ProductSelect
          label="Product"
          required
          style={{ flex: '3 1 240px' }}
          value={id}
          chosen={product}
          error={form.errors[`items.${index}.product_id`]}
          onChange={(chosen) => form.setFieldValue(`items.${index}.product_id`, chosen)}
        />
        <TextInput
          label="Quantity"
          type="number"
          inputMode="numeric"
          required
          min={minimum}
          max={maximum}
          step={1}
          w={130}
          value={quantity}
          error={form.errors[`items.${index}.quantity`]}
          onChange={({ currentTarget }) => form.setFieldValue(`items.${index}.quantity`, currentTarget.value)}
        />
        <Box w={110} ta="right">
          <Text size="sm" fw={600} lh="22px">
            Sum
          </Text>
          <Text lh="36px">
            {product && Number.isInteger(pieces) && pieces > 0
              ? formatMoney(product.unit_price_minor * pieces, product.currency)
              : '–'}
          </Text>
        </Box>
        <Tooltip label="Remove this line">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            mt={22}
            disabled={!onRemove}
            onClick={onRemove}
            aria-label={`Remove line ${index + 1}`}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Text size="xs" c="dimmed" mt={4} mih="1.5em" data-stock={product?.available}>
        {product &&
          `${formatMoney(product.unit_price_minor, product.currency)} each · ${product.available.toLocaleString()} available now`}
      </Text>
      {isTooMany && (
        <Group gap={6} wrap="nowrap" align="flex-start" role="status">
          <IconAlertTriangle size={16} aria-hidden color="var(--mantine-color-orange-7)" style={{ flexShrink: 0 }} />
          <Text size="sm">
            More than the {product.available.toLocaleString()} available. The order is accepted all the same, and
            cancelled as out of stock unless there is more by then.
          </Text>
        </Group>
      )}
    </Box>
  );
}
