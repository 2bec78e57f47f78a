import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';

interface CancellationProgressProps {
  readonly wanted: number;
  readonly done: number;
  /** Lets those finish that are under way. */
  readonly onStop: () => void;
}

/** How far it is. */
export function CancellationProgress({ wanted, done, onStop }: CancellationProgressProps) {
  const [isStopping, setStopping] = useState(false);
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {done.toLocaleString()} of {wanted.toLocaleString()} done
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={(done / wanted) * 100} aria-label="Orders that are done" />
      </Progress.Root>
      <Group justify="flex-end">
        <Button
          variant="default"
          loading={isStopping}
          onClick={() => {
            setStopping(true);
            onStop();
          }}
        >
          Stop after those under way
        </Button>
      </Group>
    </Stack>
  );
}
