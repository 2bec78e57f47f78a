import { Group, Switch, Text } from '@mantine/core';
import { type LiveState, useLive } from '../live/live.tsx';

const SHOWN: Readonly<Record<LiveState, { words: string; colour: string }>> = {
  connecting: { words: 'Connecting…', colour: 'var(--mantine-color-yellow-6)' },
  live: { words: 'Live', colour: 'var(--mantine-color-teal-6)' },
  reconnecting: { words: 'Reconnecting…', colour: 'var(--mantine-color-orange-6)' },
  off: { words: 'Paused', colour: 'var(--mantine-color-gray-6)' },
};

/** How the connection to the log is, and the switch for it. */
export function LiveSwitch() {
  const { state, isOn, setOn } = useLive();
  const { words, colour } = SHOWN[state];
  return (
    <Group gap="xs" wrap="nowrap">
      <Group gap={6} wrap="nowrap" role="status" aria-label="Live updates" data-state={state}>
        <span aria-hidden style={{ width: 8, height: 8, borderRadius: 8, background: colour }} />
        <Text size="sm">{words}</Text>
      </Group>
      <Switch
        size="xs"
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
        aria-label="Live updates on or off"
      />
    </Group>
  );
}
