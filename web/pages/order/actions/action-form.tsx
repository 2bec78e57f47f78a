import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { Dialog } from '../../../elements/dialog.tsx';
import type { OrderDetails } from '../order-queries.ts';
import { MovedOn } from './moved-on.tsx';
import { hasMovedOn } from './use-action.ts';

interface ActionFormProps {
  /** What the action is called, on the dialog and on its button. */
  readonly name: string;
  readonly explanation?: string | undefined;
  readonly isDestructive?: boolean | undefined;
  readonly now: OrderDetails;
  /** Whether the order moved on since the dialog was opened, so that the action is pointless. */
  readonly isStale: boolean;
  readonly isPending: boolean;
  /** Why the server refused. */
  readonly error: unknown;
  /** What was wrong apart from any field. */
  readonly fault: string | undefined;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** The dialog of an action on an order; says what the order is now where the action came too late. */
export function ActionForm({ name, explanation, isDestructive = false, now, ...form }: ActionFormProps) {
  const { isStale, isPending, error, fault, onSubmit, onClose, children } = form;
  const isRefused = hasMovedOn(error);
  const isTooLate = isRefused || isStale;
  return (
    <Dialog onClose={onClose} title={name} centered>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack gap="sm">
          {explanation !== undefined && <Text size="sm">{explanation}</Text>}
          {isTooLate ? (
            <MovedOn now={now} said={isRefused && error instanceof ApiProblem ? error.message : undefined} />
          ) : (
            children
          )}
          {!isTooLate && fault !== undefined && (
            <Alert color="red" title="That did not work" role="alert">
              {fault}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {isTooLate ? 'Close' : 'Keep as it is'}
            </Button>
            {!isTooLate && (
              <Button type="submit" loading={isPending} {...(isDestructive ? { color: 'red' } : {})}>
                {name}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
