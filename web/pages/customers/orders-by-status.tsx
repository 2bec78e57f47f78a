import { Text } from '@mantine/core';
import { PageLink } from '../../elements/links.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { sentence } from '../../elements/words.ts';
import { Bars } from '../overview/bars.tsx';
import { STATUS_COLOURS } from '../overview/status-colours.ts';
import { useActivity } from './use-activity.ts';

/** In which status the customer's orders of the period are. */
export function OrdersByStatus({ customerId }: { customerId: string }) {
  const { days, activity } = useActivity(customerId);
  return (
    <Panel title="By status">
      <QueryView query={activity}>
        {({ orders, by_status: statuses, is_partial: isPartial }) => (
          <>
            <Text size="sm" c="dimmed" mb="sm">
              {isPartial ? `The latest ${orders} orders` : 'Orders'} of the last {days} days
            </Text>
            <Bars
              label={`Orders of ${customerId} by status`}
              bars={statuses.map(({ status, orders: count }) => ({
                label: sentence(status),
                value: count,
                share: orders === 0 ? 0 : count / orders,
                colour: STATUS_COLOURS[status],
                link: (label) => (
                  <PageLink to="/dashboard/orders" search={{ customer_id: customerId, status: [status] }}>
                    {label}
                  </PageLink>
                ),
              }))}
            />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
