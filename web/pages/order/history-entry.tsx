import { Anchor, Button, Code, Collapse, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowRight } from '@tabler/icons-react';
import { useId } from 'react';
import { eventWords } from '../../elements/event-words.ts';
import { Moment } from '../../elements/moment.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import classes from './history-panel.module.css';
import type { HistoryEvent } from './order-queries.ts';

interface HistoryEntryProps {
  readonly event: HistoryEvent;
  readonly currency: string;
  /** Where it stands against the version that is shown. */
  readonly place: 'before' | 'shown' | 'later';
  readonly onShow: () => void;
}

/** An event in plain words, and as it stands in the log. */
export function HistoryEntry({ event, currency, place, onShow }: HistoryEntryProps) {
  const [isOpen, { toggle }] = useDisclosure();
  const id = useId();
  const { type, version, status, previous_status: previous, reason, occurred_at: at, data } = event;
  const words = eventWords(type, { currency, ...data });
  return (
    <li className={classes.event} data-place={place} {...(place === 'shown' ? { 'aria-current': true } : {})}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
        <Text
          size="sm"
          fw={place === 'shown' ? 600 : 400}
          {...(place === 'later' ? { c: 'dimmed' } : {})}
          style={{ overflowWrap: 'anywhere' }}
        >
          {words}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          <Moment at={at} />
        </Text>
      </Group>
      {reason !== undefined && !words.includes(reason) && (
        <Text size="xs" c="dimmed">
          Reason: {reason}
        </Text>
      )}
      <Group gap="xs" mt={2}>
        {previous !== undefined && previous !== status && (
          <Group gap={4} wrap="nowrap">
            <StatusBadge status={previous} />
            <IconArrowRight size={13} aria-label="to" />
            <StatusBadge status={status} />
          </Group>
        )}
        <Anchor
          component="button"
          type="button"
          inherit={false}
          size="xs"
          mih={24}
          onClick={onShow}
          aria-label={`Show the order at version ${version}`}
        >
          Version {version}
        </Anchor>
        <Button
          variant="subtle"
          size="compact-xs"
          mih={24}
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={`Data of version ${version}`}
        >
          {isOpen ? 'Hide data' : 'Data'}
        </Button>
      </Group>
      <Collapse id={id} expanded={isOpen}>
        {isOpen && (
          <Code block tabIndex={0} aria-label={`${type} as it stands in the log`} fz="xs">
            {JSON.stringify(event, null, 2)}
          </Code>
        )}
      </Collapse>
    </li>
  );
}
