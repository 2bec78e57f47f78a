import { Alert } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client.ts';
import { messageOf } from '../../api/problem.ts';
import { Page } from '../../elements/page.tsx';
import { Loading } from '../../elements/state.tsx';
import { OrderForm } from './order-form.tsx';
import { emptyValues, type OrderValues } from './values.ts';

/** Places an order: an empty form, or one that begins as another order was. */
export function CreateOrder() {
  const { from } = useSearch({ from: '/dashboard/create-order' });
  return (
    <Page
      title={from === undefined ? 'Create order' : 'Order again'}
      subtitle={from === undefined ? 'From the catalogue, by the same rules as everywhere' : `As order ${from} was`}
    >
      {from === undefined ? <OrderForm initial={emptyValues()} /> : <FormFrom key={from} id={from} />}
    </Page>
  );
}

function FormFrom({ id }: { id: string }) {
  const order = api.useQuery(
    'get',
    '/api/orders/{id}',
    { params: { path: { id } } },
    // The form begins once; what becomes of the other order later is nothing to it.
    { staleTime: Infinity },
  );
  if (order.isPending) return <Loading label="Reading the other order" />;
  return (
    <>
      {order.isError && (
        <Alert color="orange" title="The form begins empty" role="alert">
          {messageOf(order.error)}
        </Alert>
      )}
      <OrderForm initial={order.data ? valuesOf(order.data) : emptyValues()} />
    </>
  );
}

function valuesOf({ order, payment_info: payment }: Schema<'OrderDetails'>): OrderValues {
  return {
    ...emptyValues(),
    customer_id: order.customer_id,
    items: order.items.map(({ product_id, quantity }) => ({ product_id, quantity: String(quantity) })),
    ...(payment && { payment_method: payment.payment_method }),
  };
}
