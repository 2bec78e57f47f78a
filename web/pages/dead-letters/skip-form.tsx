import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { fieldErrors } from '../../api/problem.ts';

/** Asks why a dead letter is given up; `onReason` rejects where the server refuses. */
export function SkipForm({ onReason, onClose }: { onReason: (reason: string) => Promise<void>; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    onReason(reason.trim()).catch((problem: unknown) => {
      setErrors(fieldErrors(problem, ['reason']));
      setBusy(false);
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text size="sm">
          It will not be replayed any more, and consumers never see it. What waits behind it goes on. This cannot be
          taken back.
        </Text>
        <Textarea
          data-autofocus
          label="Reason"
          description="Stays with the dead letter and in the audit"
          required
          autosize
          minRows={2}
          value={reason}
          error={errors.reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        {errors[''] !== undefined && (
          <Alert color="red" title="Not skipped" role="alert">
            {errors['']}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" color="red" loading={isBusy}>
            Skip dead letter
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
