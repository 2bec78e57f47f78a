import { Button, Group, Text, Tooltip } from '@mantine/core';
import type { Schema } from '../../api/client.ts';

interface SelectedProps {
  readonly ids: ReadonlySet<string>;
  readonly found: Schema<'OrderPage'> | undefined;
  readonly onCancel: () => void;
  readonly onCancelFound: () => void;
  readonly onClear: () => void;
}

/** Most orders that the server cancels at once. */
const MOST = 1000;

/** What can be done to the orders that are ticked, or to all that match. */
export function Selected({ ids, found, onCancel, onCancelFound, onClear }: SelectedProps) {
  const total = found?.total ?? 0;
  if (ids.size > 0) {
    const isTooMany = ids.size > MOST;
    return (
      <Group gap="xs">
        <Text size="sm" aria-live="polite">
          {ids.size.toLocaleString()} selected{isTooMany && `; at most ${MOST.toLocaleString()} are cancelled at once`}
        </Text>
        <Button size="xs" variant="subtle" onClick={onClear}>
          Clear selection
        </Button>
        <Button size="xs" color="red" variant="light" disabled={isTooMany} onClick={onCancel}>
          Cancel selected…
        </Button>
      </Group>
    );
  }
  if (total === 0) return null;
  const isTooMany = total > MOST || found?.total_is_partial === true;
  return (
    <Tooltip label={`At most ${MOST.toLocaleString()} are cancelled at once: narrow the filter`} disabled={!isTooMany}>
      <Button
        size="xs"
        variant="default"
        aria-disabled={isTooMany}
        {...(isTooMany && { 'data-disabled': true })}
        onClick={() => {
          if (!isTooMany) onCancelFound();
        }}
      >
        Cancel all that match…
      </Button>
    </Tooltip>
  );
}
