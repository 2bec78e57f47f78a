import { Button } from '@mantine/core';
import { PageLink } from '../../elements/links.tsx';
import { Empty } from '../../elements/state.tsx';
import type { OrdersView } from './use-orders-view.ts';

/** What stands in place of no orders: either none match, or there are none yet. */
export function NoOrders({ view: { filter, clear } }: { view: OrdersView }) {
  if (Object.keys(filter).length === 0)
    return (
      <Empty title="No orders yet">
        <PageLink to="/dashboard/create-order" underline="always">
          Create an order
        </PageLink>
        , or send one to <code>POST /api/orders</code>. It appears here by itself.
      </Empty>
    );
  return (
    <Empty title="No order matches">
      <Button variant="default" size="xs" mt={6} onClick={clear}>
        Clear all filters
      </Button>
    </Empty>
  );
}
