import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { statusWords } from '../../elements/event-words.ts';
import { formatSpan } from '../../elements/moment.tsx';
import { Panel } from '../../elements/panel.tsx';
import { Histogram } from './histogram.tsx';

/** How long orders stay in each status: on average, and how that is spread. */
export function StageTimes({ stages }: { stages: Schema<'Statistics'>['time_in_status'] }) {
  return (
    <Panel title="Time in each stage">
      {stages.length === 0 && (
        <Text size="sm" c="dimmed">
          No order has left a stage yet.
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: Math.max(1, stages.length) }} spacing="lg">
        {stages.map(({ status, orders, average_seconds: seconds, histogram }) => (
          <Stack key={status} gap={4}>
            <Title order={3}>{statusWords(status)}</Title>
            <Text size="sm">
              {orders === 0 ? (
                'No order has left this stage yet.'
              ) : (
                <>
                  <Text span fw={600}>
                    {formatSpan(seconds * 1000)}
                  </Text>{' '}
                  on average, {new Intl.NumberFormat().format(orders)} {orders === 1 ? 'order' : 'orders'}
                </>
              )}
            </Text>
            {orders > 0 && <Histogram label={`Time in stage: ${statusWords(status)}`} buckets={histogram} />}
          </Stack>
        ))}
      </SimpleGrid>
    </Panel>
  );
}
