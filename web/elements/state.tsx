/** What a page shows while it has nothing else to show: loading, empty, missing, failed. */
import { Alert, Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconMoodEmpty } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { ApiProblem } from '../api/problem.ts';

/** So many lines of what is on its way. */
export function Loading({ lines = 4, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <Stack gap="xs" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} width={`${90 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Nothing is here; `children` says what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center py="xl">
      <Stack align="center" gap={6} maw={420}>
        <IconMoodEmpty size={28} stroke={1.5} aria-hidden />
        <Text fw={600}>{title}</Text>
        {children !== undefined && (
          <Text c="dimmed" size="sm" ta="center" component="div">
            {children}
          </Text>
        )}
      </Stack>
    </Center>
  );
}

/** It could not be read, in the server's words, with a way to try again. */
export function Failed({ problem, onRetry }: { problem: unknown; onRetry?: () => void }) {
  const message = problem instanceof Error ? problem.message : 'Something went wrong.';
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="This could not be loaded" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{message}</Text>
        {problem instanceof ApiProblem && (
          <Text size="xs" c="dimmed">
            {problem.code}
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** There is no such thing. */
export function Missing({ what, children }: { what: string; children?: ReactNode }) {
  const title = `There is no ${what}`;
  useEffect(() => {
    document.title = `${title} · Steadfast`;
  }, [title]);
  return (
    <Center py={64}>
      <Stack align="center" gap="xs">
        <Title order={1}>{title}</Title>
        <Text c="dimmed" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}
