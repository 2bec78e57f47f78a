import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OrderDetails } from '../order-queries.ts';
import { ActionDialog } from './action-dialog.tsx';
import { type Action, offeredActions, planAction } from './actions.ts';
import { LocationDialog } from './location-dialog.tsx';

/** What can be done to the order now; each asks before it acts. */
export function OrderActions({ details }: { details: OrderDetails }) {
  // How the order stood when the dialog was opened: what was read there is what is asked for.
  const [asked, setAsked] = useState<{ action: Action; details: OrderDetails }>();
  const close = () => setAsked(undefined);
  const offered = details.progress ? offeredActions(details.progress) : [];
  return (
    <>
      {offered.map((action) => {
        const plan = action === 'UPDATE_LOCATION' ? undefined : planAction(action, details);
        return (
          <Button
            key={action}
            size="xs"
            variant={action === 'APPROVE' ? 'filled' : plan?.isDestructive ? 'light' : 'default'}
            {...(plan?.isDestructive ? { color: 'red' } : {})}
            onClick={() => setAsked({ action, details })}
          >
            {plan?.name ?? 'Update location'}
          </Button>
        );
      })}
      {asked?.action === 'UPDATE_LOCATION' && <LocationDialog asked={asked.details} now={details} onClose={close} />}
      {asked && asked.action !== 'UPDATE_LOCATION' && (
        <ActionDialog
          plan={planAction(asked.action, asked.details)}
          asked={asked.details}
          now={details}
          onClose={close}
        />
      )}
    </>
  );
}
