import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface PagerProps {
  /** What stands between the buttons, such as `1–50 of 12,345`. */
  readonly children?: ReactNode;
  /** Undefined on the first page. */
  readonly onFirst?: (() => void) | undefined;
  /** Undefined where there is no page before that is known. */
  readonly onPrevious?: (() => void) | undefined;
  /** Undefined on the last page. */
  readonly onNext?: (() => void) | undefined;
}

/** Moves through pages that are chained by tokens. */
export function Pager({ children, onFirst, onPrevious, onNext }: PagerProps) {
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" mt="sm">
      <Text size="sm" c="dimmed" component="div">
        {children}
      </Text>
      <Group gap="xs">
        <Button variant="default" size="xs" disabled={!onFirst} onClick={onFirst}>
          First
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={!onPrevious}
          onClick={onPrevious}
          leftSection={<IconChevronLeft size={14} aria-hidden />}
        >
          Previous
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={!onNext}
          onClick={onNext}
          rightSection={<IconChevronRight size={14} aria-hidden />}
        >
          Next
        </Button>
      </Group>
    </Group>
  );
}
