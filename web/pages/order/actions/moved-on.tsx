import { Alert, Group, Text } from '@mantine/core';
import { StatusBadge } from '../../../elements/status-badge.tsx';
import type { OrderDetails } from '../order-queries.ts';

/** Says that the order has moved on while somebody made up their mind, and where it is now. */
export function MovedOn({ now, said }: { now: OrderDetails; said?: string | undefined }) {
  return (
    <Alert color="orange" title="The order has moved on" role="alert">
      <Group gap="xs">
        <Text size="sm">It is now</Text>
        <StatusBadge status={now.order.status} />
        <Text size="sm">{said ?? 'and does not take this any more.'}</Text>
      </Group>
    </Alert>
  );
}
