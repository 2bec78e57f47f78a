import { Button, Group, Stack, Text } from '@mantine/core';
import { CancellationTable } from './cancellation-table.tsx';
import { countOrders } from './count-orders.ts';
import type { Outcome } from './run-cancellation.ts';

interface CancellationOutcomeProps {
  readonly outcomes: readonly Outcome[];
  /** Tries those again that were not tried or could not be answered. */
  readonly onRepeat: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

const MAY_PASS: readonly Outcome['result'][] = ['UNAVAILABLE', 'NOT_TRIED'];
const DONE: readonly Outcome['result'][] = ['CANCELLED', 'CANCELLING'];

/** What became of each order; those first that were not cancelled. */
export function CancellationOutcome({ outcomes, onRepeat, onClose }: CancellationOutcomeProps) {
  const done = outcomes.filter(({ result }) => DONE.includes(result));
  const left = outcomes.filter(({ result }) => MAY_PASS.includes(result));
  const refused = outcomes.filter(({ result }) => !DONE.includes(result) && !MAY_PASS.includes(result));
  return (
    <Stack gap="sm">
      <Stack gap={2} role="status">
        <Text fw={600}>{countOrders(done.length)} cancelled</Text>
        {refused.length > 0 && (
          <Text size="sm">{countOrders(refused.length)} moved on meanwhile and can no longer be cancelled</Text>
        )}
        {left.length > 0 && (
          <Text size="sm">{countOrders(left.length)} still to do; to try them again does no harm</Text>
        )}
      </Stack>
      <CancellationTable label="Outcomes" outcomes={[...refused, ...left, ...done]} />
      <Group justify="flex-end" gap="xs">
        {left.length > 0 && (
          <Button color="red" variant="light" onClick={() => onRepeat(left.map(({ order_id }) => order_id))}>
            Try {countOrders(left.length)} again
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
