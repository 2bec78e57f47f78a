import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: ReactNode;
  /** For the window, where the title is more than text. */
  readonly name?: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page: what it is called, what can be done on it, and what it shows. */
export function Page({ title, name, subtitle, actions, children }: PageProps) {
  const windowTitle = name ?? (typeof title === 'string' ? title : undefined);
  useEffect(() => {
    document.title = windowTitle === undefined ? 'Steadfast' : `${windowTitle} · Steadfast`;
  }, [windowTitle]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Box>
          <Title order={1}>{title}</Title>
          {subtitle !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {subtitle}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
