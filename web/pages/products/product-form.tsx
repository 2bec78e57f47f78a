import { Alert, Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, type Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { tellDone } from '../../elements/outcome.ts';
import { refreshProducts } from './refresh.ts';

interface ProductFormProps {
  /** The product that is changed; absent where one is added. */
  readonly product?: Schema<'SoldProduct'>;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Adds a product, or changes its name and price. */
export function ProductForm({ product, isOpen, onClose }: ProductFormProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={product ? `Edit ${product.name}` : 'Add a product'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {/* Begins anew each time it is opened, with what the product is then. */}
      <Fields product={product} onClose={onClose} />
    </Modal>
  );
}

function Fields({ product: given, onClose }: { product: Schema<'SoldProduct'> | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  // What the product was when the form was opened: a change by somebody else is not overwritten unseen.
  const [product] = useState(given);
  const [refusal, setRefusal] = useState<string>();
  const form = useForm<Values>({
    initialValues: {
      product_id: product?.id ?? '',
      name: product?.name ?? '',
      unit_price: product?.unit_price ?? '',
      currency: product?.currency ?? 'USD',
      available: '',
    },
  });

  const send = form.onSubmit(async ({ product_id: id, name, unit_price: price, currency, available }) => {
    setRefusal(undefined);
    try {
      await client.PUT('/api/products/{id}', {
        // An empty id would be another address; a blank one is refused in the server's words.
        params: { path: { id: id.trim() || ' ' } },
        body: {
          name: name.trim(),
          // What is no number is sent as null, so that the server says what it should be.
          unit_price: typeof price === 'number' ? price : Number.NaN,
          currency,
          ...(typeof available === 'number' && { available }),
          expected: product
            ? { name: product.name, unit_price_minor: product.unit_price_minor, currency: product.currency }
            : null,
        },
      });
      tellDone(product ? 'Product changed' : 'Product added', `${name.trim()} (${id.trim()})`);
      onClose();
      await refreshProducts(queries, id.trim());
      if (!product) await navigate({ to: '/dashboard/products/$productId', params: { productId: id.trim() } });
    } catch (problem) {
      const { '': rest, ...errors } = fieldErrors(problem, FIELDS);
      form.setErrors(errors);
      setRefusal(rest);
      if (product) await refreshProducts(queries, product.id);
    }
  });

  return (
    <form noValidate aria-label={product ? 'Edit product' : 'Add product'} onSubmit={send}>
      <Stack gap="sm">
        {refusal !== undefined && (
          <Alert
            color="orange"
            role="alert"
            title={product ? 'The product was not changed' : 'The product was not added'}
          >
            {refusal}
            {product && ' Close this form and open it again to begin with what the product is now.'}
          </Alert>
        )}
        {!product && (
          <TextInput
            label="Product id"
            description="Letters, digits and . _ : -; it cannot be changed later"
            data-autofocus
            {...form.getInputProps('product_id')}
          />
        )}
        <TextInput label="Name" {...(product && { 'data-autofocus': true })} {...form.getInputProps('name')} />
        <Group grow align="flex-start">
          <NumberInput label="Price" decimalScale={3} hideControls {...form.getInputProps('unit_price')} />
          <Select
            label="Currency"
            data={CURRENCIES}
            searchable
            allowDeselect={false}
            {...form.getInputProps('currency')}
          />
        </Group>
        {!product && (
          <NumberInput label="Available" description="None where empty" {...form.getInputProps('available')} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.submitting}>
            {product ? 'Save product' : 'Add product'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Values {
  product_id: string;
  name: string;
  unit_price: number | string;
  currency: string;
  available: number | string;
}

const FIELDS = ['product_id', 'name', 'unit_price', 'currency', 'available'];
const CURRENCIES = Intl.supportedValuesOf('currency');
