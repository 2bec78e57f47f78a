import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isMissing, messageOf } from '../../api/problem.ts';
import { PageLink } from '../../elements/links.tsx';
import { Page } from '../../elements/page.tsx';
import { Failed, Loading, Missing } from '../../elements/state.tsx';
import { useOrder } from './order-queries.ts';
import { OrderView } from './order-view.tsx';

/** One order: how far it has come, what it is made of, everything that happened to it, and what can be done. */
export function OrderPage() {
  const { orderId } = useParams({ from: '/dashboard/orders/$orderId' });
  const { version } = useSearch({ from: '/dashboard/orders/$orderId' });
  const navigate = useNavigate({ from: '/dashboard/orders/$orderId' });
  const query = useOrder(orderId);

  const showVersion = (wanted: number | undefined) =>
    void navigate({ search: wanted === undefined ? {} : { version: wanted }, replace: true, resetScroll: false });

  if (query.data !== undefined)
    return <OrderView key={orderId} now={query.data} version={version} onVersion={showVersion} />;
  if (isMissing(query.error))
    return (
      <Missing what={`order ${orderId}`}>
        {messageOf(query.error)}{' '}
        <PageLink to="/dashboard/orders" underline="always">
          All orders
        </PageLink>
      </Missing>
    );
  return (
    <Page title={`Order ${orderId}`}>
      {query.isError ? <Failed problem={query.error} onRetry={() => void query.refetch()} /> : <Loading lines={8} />}
    </Page>
  );
}
