import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { tellDone, tellRefused } from '../../elements/outcome.ts';

/** Compares what the rows say of the order with its log; changes nothing. */
export function ConsistencyCheck({ orderId }: { orderId: string }) {
  const check = useMutation({
    mutationFn: () => client.POST('/api/orders/verify', { body: { order_id: orderId } }),
    onSuccess: ({ data }) => {
      if (!data || data.differences.length > 0)
        tellRefused('Rows and log differ', (data?.differences ?? []).map(({ message }) => message).join('; '));
      else tellDone('Rows and log agree', 'Everything stored about the order is what its events say.');
    },
    onError: (problem) => tellRefused('The check failed', problem),
  });
  return (
    <Button size="compact-sm" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
      Check against log
    </Button>
  );
}
