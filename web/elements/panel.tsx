import { Group, Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PanelProps {
  /** For links to just this part. */
  readonly id?: string;
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with its heading; `actions` stand at its right. */
export function Panel({ id, title, actions, children }: PanelProps) {
  return (
    <Paper component="section" id={id} aria-label={title} withBorder p="md" bg="var(--surface)">
      <Group justify="space-between" mb="sm" wrap="wrap" gap="xs">
        <Title order={2}>{title}</Title>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
