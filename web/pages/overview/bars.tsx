import { Box, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './bars.module.css';

/** A bar: its length is its share of the longest possible one. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** 0 to 1. */
  readonly share: number;
  /** What stands behind the figure. */
  readonly note?: string;
  readonly colour?: string;
  /** Makes a link of the label. */
  readonly link?: (label: string) => ReactNode;
}

/** Figures as bars, each with its words: nothing is told by length alone. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  return (
    <ul className={classes.bars} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.label}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm">{bar.link ? bar.link(bar.label) : bar.label}</Text>
            <Text size="sm">
              {figures.format(bar.value)}
              {bar.note !== undefined && (
                <Text span inherit c="dimmed">
                  {' · '}
                  {bar.note}
                </Text>
              )}
            </Text>
          </Group>
          <Box className={classes.track ?? ''} aria-hidden>
            <Box
              className={classes.bar ?? ''}
              w={`${Math.min(1, bar.share) * 100}%`}
              miw={bar.value > 0 ? 3 : 0}
              bg={bar.colour ?? 'cyan.7'}
            />
          </Box>
        </li>
      ))}
    </ul>
  );
}

const figures = new Intl.NumberFormat();
