import { Box, Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A figure and what it counts. */
export interface Figure {
  readonly label: string;
  readonly value: ReactNode;
  /** What stands below the figure. */
  readonly note?: ReactNode;
}

/** Figures of one thing, beside one another; `label` names the thing. */
export function FigureList({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <SimpleGrid component="ul" aria-label={label} cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" p={0} m={0}>
      {figures.map(({ label: name, value, note }) => (
        <Paper key={name} component="li" withBorder bg="var(--surface)" px={14} py={10} style={{ listStyle: 'none' }}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="div" fz={20} fw={600} lh={1.3}>
            {value}
          </Text>
          {note !== undefined && (
            <Box fz="xs" c="dimmed">
              {note}
            </Box>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}
