import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors } from '../../../api/problem.ts';
import type { OrderDetails } from '../order-queries.ts';
import { ActionForm } from './action-form.tsx';
import type { Plan } from './actions.ts';
import { useAction } from './use-action.ts';

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
  const errors = fieldErrors(error, ['reason']);
  return (
    <ActionForm
      name={name}
      explanation={plan.explanation}
      isDestructive={plan.isDestructive}
      now={now}
      isStale={isStale}
      isPending={isPending}
      error={error}
      fault={errors['']}
      onSubmit={() => mutate(reason.trim() === '' ? undefined : reason.trim())}
      onClose={onClose}
    >
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
    </ActionForm>
  );
}
