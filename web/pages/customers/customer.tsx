import { SimpleGrid, Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { isMissing } from '../../api/problem.ts';
import { Copy } from '../../elements/copy.tsx';
import { type Figure, FigureList } from '../../elements/figure-list.tsx';
import { ButtonLink, PageLink } from '../../elements/links.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Page } from '../../elements/page.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Missing } from '../../elements/state.tsx';
import { Activity } from './activity.tsx';
import { CustomerOrders } from './customer-orders.tsx';
import { CurrencyTotals } from './currency-totals.tsx';
import { OrdersByStatus } from './orders-by-status.tsx';

const figures = new Intl.NumberFormat();

/** What one customer ordered. */
export function CustomerPage() {
  const { customerId } = useParams({ from: '/dashboard/customers/$customerId' });
  const customer = api.useQuery('get', '/api/customers/{id}', { params: { path: { id: customerId } } });
  if (isMissing(customer.error))
    return (
      <Missing what="such customer">
        Nobody of the id “{customerId}” has ordered. See{' '}
        <PageLink to="/dashboard/customers" underline="always">
          all customers
        </PageLink>
        .
      </Missing>
    );
  return (
    <Page
      title={
        <>
          Customer {customerId} <Copy text={customerId} what="customer id" />
        </>
      }
      name={`Customer ${customerId}`}
      subtitle={<PageLink to="/dashboard/customers">All customers</PageLink>}
      actions={
        <ButtonLink to="/dashboard/orders" search={{ customer_id: customerId }} variant="default">
          All their orders
        </ButtonLink>
      }
    >
      <QueryView query={customer}>
        {(told) => {
          const sum = (field: 'delivered' | 'cancelled') =>
            told.by_currency.reduce((total, currency) => total + currency[field], 0);
          const underWay = told.total_orders - sum('delivered') - sum('cancelled');
          const facts: Figure[] = [
            { label: 'Orders', value: figures.format(told.total_orders) },
            { label: 'Under way', value: figures.format(underWay) },
            { label: 'Delivered', value: figures.format(sum('delivered')) },
            { label: 'Cancelled', value: figures.format(sum('cancelled')) },
            {
              label: 'First order',
              value: <Moment at={told.first_order_at} ago />,
              note: <Moment at={told.first_order_at} />,
            },
            {
              label: 'Last order',
              value: <Moment at={told.last_order_at} ago />,
              note: <Moment at={told.last_order_at} />,
            },
          ];
          return (
            <Stack gap="md">
              <FigureList label={`Figures of ${customerId}`} figures={facts} />
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
                <CurrencyTotals customer={told} />
                <OrdersByStatus customerId={customerId} />
              </SimpleGrid>
              <Activity customer={told} />
              <CustomerOrders customerId={customerId} />
            </Stack>
          );
        }}
      </QueryView>
    </Page>
  );
}
