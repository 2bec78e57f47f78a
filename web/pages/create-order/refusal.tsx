import { Alert, Button, Stack, Text } from '@mantine/core';
import type { FormErrors } from '@mantine/form';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiProblem, messageOf } from '../../api/problem.ts';
import { PageLink } from '../../elements/links.tsx';

interface RefusalProps {
  readonly problem: unknown;
  readonly customerId: string;
  /** The server's words by field. */
  readonly errors: FormErrors;
  /** Sends what stands in the form as another order. */
  readonly onOther: () => void;
}

/** Why there is no order yet, as far as no field says it. */
export function Refusal({ problem, customerId, errors, onOther }: RefusalProps) {
  const { status, code, message } = readProblem(problem);
  if (code === 'IDEMPOTENCY_KEY_REUSED')
    return (
      <Frame title="An order was accepted already">
        <Text size="sm">
          The answer to an earlier attempt was lost, but its order was accepted. It is among the{' '}
          <PageLink to="/dashboard/orders" search={{ customer_id: customerId.trim() }} underline="always">
            orders of this customer
          </PageLink>
          . What stands in the form now is other than what was sent then.
        </Text>
        <Button size="xs" variant="default" onClick={onOther}>
          Create this order, too
        </Button>
      </Frame>
    );
  if (status === 0 || status >= 500)
    return (
      <Frame title="No answer yet">
        <Text size="sm">{message} Send it again: however often it is sent, it makes one order.</Text>
      </Frame>
    );
  // What stands beside a field needs no second place.
  const { '': general } = errors;
  return (
    <Frame title="The order was not accepted">
      <Text size="sm">{general ?? 'See the fields that are marked.'}</Text>
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        {children}
      </Stack>
    </Alert>
  );
}

function readProblem(problem: unknown): { status: number; code: string; message: string } {
  return problem instanceof ApiProblem ? problem : { status: 0, code: 'UNKNOWN', message: messageOf(problem) };
}
