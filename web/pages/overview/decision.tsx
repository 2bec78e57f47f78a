import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, type Schema } from '../../api/client.ts';
import { ApiProblem, fieldErrors } from '../../api/problem.ts';
import { Money } from '../../elements/money.tsx';
import { tellDone, tellRefused } from '../../elements/outcome.ts';

type Order = Pick<Schema<'Order'>, 'id' | 'customer_id' | 'total_minor' | 'currency'>;
/** In the words of the API. */
type Decision = 'accepted' | 'denied';

/** Asks for a reason and a last word, then approves or denies an order that waits for it. */
export function openDecision(order: Order, decision: Decision): void {
  const modalId = modals.open({
    title: decision === 'accepted' ? 'Approve order' : 'Deny order',
    children: <DecisionForm order={order} decision={decision} onEnd={() => modals.close(modalId)} />,
  });
}

function DecisionForm({ order, decision, onEnd }: { order: Order; decision: Decision; onEnd: () => void }) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const isApproval = decision === 'accepted';
  const decide = useMutation({
    mutationFn: () =>
      client.PUT('/api/orders/{id}/status', {
        params: { path: { id: order.id } },
        body: { status: decision, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
      }),
    onSuccess: () => {
      tellDone(isApproval ? 'Order approved' : 'Order denied', order.id);
      onEnd();
    },
    onError: (problem) => {
      if (problem instanceof ApiProblem && problem.violations.length > 0) return;
      tellRefused(isApproval ? 'The order was not approved' : 'The order was not denied', problem);
      onEnd();
    },
    // Also where it was refused: somebody else has decided, and the page shows an order that waits no more.
    onSettled: () =>
      Promise.all(
        ['/api/orders', '/api/alerts', '/api/stats'].map((path) =>
          queries.invalidateQueries({ queryKey: ['get', path] }),
        ),
      ),
  });
  const errors = fieldErrors(decide.error, ['reason']);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        decide.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Order {order.id} of {order.customer_id} over{' '}
          <Text span inherit fw={600}>
            <Money minor={order.total_minor} currency={order.currency} />
          </Text>{' '}
          {isApproval
            ? 'goes on: its stock is reserved and its payment taken.'
            : 'is cancelled. This cannot be undone.'}
        </Text>
        <TextInput
          data-autofocus
          label="Reason"
          description="Kept in the history of the order"
          placeholder="Optional"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={errors.reason ?? errors['']}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onEnd}>
            Leave it waiting
          </Button>
          <Button type="submit" color={isApproval ? 'cyan' : 'red.8'} loading={decide.isPending}>
            {isApproval ? 'Approve order' : 'Deny order'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
