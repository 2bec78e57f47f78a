import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem, fieldErrors } from '../../../api/problem.ts';
import type { OrderDetails } from '../order-queries.ts';
import type { Plan } from './actions.ts';
import { MovedOn } from './moved-on.tsx';
import { hasMovedOn, useAction } from './use-action.ts';

interface ActionDialogProps {
  readonly plan: Plan;
  /** The order as it stood when the dialog was opened. */
  readonly asked: OrderDetails;
  readonly now: OrderDetails;
  readonly onClose: () => void;
}

/** Asks whether an action is meant, and why, and says what came of it. */
export function ActionDialog({ plan, asked, now, onClose }: ActionDialogProps) {
  const [reason, setReason] = useState('');
  const { name, action } = plan;
  const { mutate, isPending, error } = useAction({
    orderId: asked.order.id,
    send: plan.send,
    done: plan.done,
    cancels: action === 'CANCEL' || action === 'DENY',
    onDone: onClose,
  });
  const isStale =
    !isPending && (now.order.status !== asked.order.status || now.progress?.allowed_actions.includes(action) === false);
  const isRefused = hasMovedOn(error);
  const errors = fieldErrors(error, ['reason']);

  return (
    <Modal opened onClose={onClose} title={name} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate(reason.trim() === '' ? undefined : reason.trim());
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{plan.explanation}</Text>
          {isRefused || isStale ? (
            <MovedOn now={now} said={isRefused && error instanceof ApiProblem ? error.message : undefined} />
          ) : (
            <>
              <Textarea
                label="Reason"
                description="Kept in the history of the order; may be left empty"
                data-autofocus
                autosize
                minRows={2}
                maxRows={6}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                error={errors.reason}
              />
              {errors[''] !== undefined && (
                <Alert color="red" title="That did not work" role="alert">
                  {errors['']}
                </Alert>
              )}
            </>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {isRefused || isStale ? 'Close' : 'Keep as it is'}
            </Button>
            {!isRefused && !isStale && (
              <Button type="submit" loading={isPending} {...(plan.isDestructive ? { color: 'red' } : {})}>
                {name}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
