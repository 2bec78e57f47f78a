import { Box, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './stat-card.module.css';

interface StatCardProps {
  readonly label: string;
  readonly value: ReactNode;
  /** What stands below the figure. */
  readonly note?: ReactNode;
  /** Makes the card stand out: something went wrong. */
  readonly isBad?: boolean;
  /** Makes a link of the whole card; gets its class and its content. */
  readonly link: (props: { className: string; children: ReactNode }) => ReactNode;
}

/** A figure, and the way to where one sees more. */
export function StatCard({ label, value, note, isBad = false, link }: StatCardProps) {
  return (
    <Paper component="li" withBorder bg="var(--surface)" className={classes.card ?? ''}>
      {link({
        className: classes.link ?? '',
        children: (
          <>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Text component="div" fz={22} fw={600} lh={1.3} {...(isBad ? { c: 'var(--mantine-color-error)' } : {})}>
              {value}
            </Text>
            <Box fz="xs" c="dimmed" mih="1.2em">
              {note}
            </Box>
          </>
        ),
      })}
    </Paper>
  );
}
