import { Group, Progress as Bar, Stack, Text } from '@mantine/core';
import { PageLink } from '../../elements/links.tsx';
import { useNow } from '../../elements/now.ts';
import { Panel } from '../../elements/panel.tsx';
import { statusWords } from '../../elements/event-words.ts';
import { useLive } from '../../live/live.tsx';
import type { HistoryEvent, OrderDetails, Progress, Settings } from './order-queries.ts';
import { stageWords } from './stage-words.ts';
import { Stepper } from './stepper.tsx';
import { tellSteps } from './steps.ts';
import { tellTimeLeft } from './time-left.ts';

interface ProgressPanelProps {
  readonly details: OrderDetails;
  readonly events: readonly HistoryEvent[];
  readonly settings: Settings | undefined;
}

/** How far the order has come and what happens now, or how it was. */
export function ProgressPanel({ details, events, settings }: ProgressPanelProps) {
  const { progress } = details;
  return (
    <Panel title="Progress">
      <Stack gap="md">
        <Stepper steps={tellSteps(details, events)} />
        {progress ? (
          <Stage details={details} progress={progress} settings={settings} />
        ) : (
          <Text ta="center">{statusWords(details.order.status)} at that time.</Text>
        )}
      </Stack>
    </Panel>
  );
}

function Stage({
  details,
  progress,
  settings,
}: {
  details: OrderDetails;
  progress: Progress;
  settings: Settings | undefined;
}) {
  const { title, meaning } = stageWords(details, progress, settings);
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="baseline" gap="xs">
        <Text fw={600} role="status" aria-label="What happens now">
          {title}
        </Text>
        <Time progress={progress} />
      </Group>
      <Text size="sm" c="dimmed">
        {meaning}
      </Text>
    </Stack>
  );
}

/** What ticks stands apart, so that the rest of the page does not render each second. */
function Time({ progress }: { progress: Progress }) {
  const { isOn } = useLive();
  const now = useNow(progress.stage !== 'SETTLED');
  const time = tellTimeLeft(progress, now);
  if (!time) return null;
  // What is shown may have passed long ago: nobody told.
  if (!isOn) return <Text size="sm">Live updates are paused</Text>;
  return (
    <>
      <Text size="sm" fw={time.isOverdue ? 600 : 400} role="timer" aria-label="Time left">
        {time.words}
        {time.isOverdue && (
          <>
            {' · '}
            <PageLink to="/dashboard/processors" underline="always">
              Is everything running?
            </PageLink>
          </>
        )}
      </Text>
      {time.share !== undefined && (
        <Bar
          w="100%"
          size="sm"
          value={time.share * 100}
          color={time.isOverdue ? 'orange' : 'cyan'}
          aria-label="How much of this stage is over"
        />
      )}
    </>
  );
}
