import { Button, Grid, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { NEW_ORDER } from '../../api/new-order.ts';
import { fieldErrors } from '../../api/problem.ts';
import { formatMoney } from '../../elements/money.tsx';
import { tellDone } from '../../elements/outcome.ts';
import { Panel } from '../../elements/panel.tsx';
import { sentence } from '../../elements/words.ts';
import { OrderLines } from './order-lines.tsx';
import { OrderTotal } from './order-total.tsx';
import { Refusal } from './refusal.tsx';
import { useOrderKey } from './use-order-key.ts';
import { useProducts } from './use-products.ts';
import { byField, type OrderValues, requestOf } from './values.ts';

const { customer_id: customerId, order_id: orderId, payment_method: paymentMethod } = NEW_ORDER.properties;

/** The form: what the browser can check at once it checks, everything else the server says beside the fields. */
export function OrderForm({ initial }: { initial: OrderValues }) {
  const form = useForm<OrderValues>({ initialValues: initial });
  const values = form.getValues();
  const products = useProducts(values.items.map(({ product_id }) => product_id));
  const { key, renew } = useOrderKey();
  const place = api.useMutation('post', '/api/orders');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const element = useRef<HTMLFormElement>(null);
  const isSending = useRef(false);
  const [refusals, setRefusals] = useState(0);

  // Whoever uses the keyboard or a screen reader stands at the first field that was refused.
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const send = (idempotencyKey: string) => {
    // A double click comes before the button is drawn as busy.
    if (isSending.current) return;
    isSending.current = true;
    place.mutate(
      { body: requestOf(values), params: { header: { 'idempotency-key': idempotencyKey } } },
      {
        onSuccess: ({ order }) => {
          tellDone('Order accepted', `${order.id}: ${formatMoney(order.total_minor, order.currency)}`);
          // Live updates may be switched off.
          void queries.invalidateQueries({ queryKey: ['get', '/api/orders'] });
          void navigate({ to: '/dashboard/orders/$orderId', params: { orderId: order.id } });
        },
        onSettled: () => {
          isSending.current = false;
        },
        onError: (problem) => {
          form.setErrors(byField(fieldErrors(problem)));
          setRefusals((count) => count + 1);
        },
      },
    );
  };

  return (
    <form
      ref={element}
      aria-label="Order"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(key);
      }}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Panel title="Products">
            <OrderLines form={form} products={products} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Panel title="Customer and payment">
            <Stack gap="sm">
              <TextInput
                label="Customer id"
                required
                maxLength={customerId.maxLength}
                {...form.getInputProps('customer_id')}
              />
              <NativeSelect
                label="Payment method"
                data={paymentMethod.enum.map((value) => ({ value, label: sentence(value) }))}
                {...form.getInputProps('payment_method')}
              />
              <TextInput
                label="Order id"
                description="Chosen by you, such as order-123; made by the server where empty"
                maxLength={orderId.maxLength}
                {...form.getInputProps('order_id')}
              />
              <OrderTotal items={values.items} products={products} error={form.errors.total_amount} />
              {place.isError && (
                <Refusal
                  problem={place.error}
                  customerId={values.customer_id}
                  errors={form.errors}
                  onOther={() => send(renew())}
                />
              )}
              <Group justify="flex-end">
                <Button type="submit" loading={place.isPending}>
                  Create order
                </Button>
              </Group>
            </Stack>
          </Panel>
        </Grid.Col>
      </Grid>
    </form>
  );
}
