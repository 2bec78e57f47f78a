import { Alert, Button, Code, Group, List, Loader, Progress, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Schema } from '../../api/client.ts';
import { askActor } from '../../elements/actor.tsx';
import { Failed } from '../../elements/state.tsx';
import { sentence } from '../../elements/words.ts';
import { previewReplay, replayAll, type ReplayFilter, type ReplayProgress } from './replaying.ts';
import { refreshDeadLetters } from './use-news.ts';

/** Opens the replay of everything that the filter shows: first what it would do, then doing it. */
export function BulkReplayButton({ filter }: { filter: ReplayFilter }) {
  const open = async () => {
    const actor = await askActor();
    if (actor === undefined) return;
    const modal = modals.open({
      title: 'Replay many dead letters',
      size: 'lg',
      closeOnClickOutside: false,
      children: (
        <BulkReplay
          filter={filter}
          actor={actor}
          onClose={() => {
            modals.close(modal);
          }}
        />
      ),
    });
  };
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
      onClick={() => void open()}
    >
      Replay many…
    </Button>
  );
}

interface BulkReplayProps {
  readonly filter: ReplayFilter;
  readonly actor: string;
  readonly onClose: () => void;
}

function BulkReplay({ filter, actor, onClose }: BulkReplayProps) {
  const queries = useQueryClient();
  const [preview, setPreview] = useState<Schema<'BulkReplay'>>();
  const [progress, setProgress] = useState<ReplayProgress>();
  const [refusal, setRefusal] = useState<unknown>();
  const [running] = useState(() => new AbortController());

  useEffect(() => {
    const isGone = new AbortController();
    previewReplay(filter, actor, isGone.signal).then(setPreview, (problem: unknown) => {
      if (!isGone.signal.aborted) setRefusal(problem);
    });
    return () => {
      isGone.abort();
      running.abort();
    };
  }, [filter, actor, running]);

  const start = async (matched: number) => {
    try {
      await replayAll({ filter, actor, matched, signal: running.signal, onProgress: setProgress });
    } catch (problem) {
      setRefusal(problem);
      setProgress((before) => before && { ...before, isOver: true });
    } finally {
      void refreshDeadLetters(queries);
    }
  };

  return (
    <Stack gap="sm">
      <Text size="sm">
        {sentence(filter.status)} dead letters
        {filter.source && `, ${filter.source === 'PUBLISHER' ? 'going out to Kafka' : 'coming in from Kafka'}`}
        {filter.topic && `, of the topic ${filter.topic}`}
        {filter.order_id && `, of the order ${filter.order_id}`}
      </Text>
      {refusal !== undefined && <Failed problem={refusal} />}
      {progress ? <Outcome progress={progress} /> : preview && <Preview of={preview} />}
      {!preview && refusal === undefined && (
        <Group gap="xs" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm">Looking what would be replayed…</Text>
        </Group>
      )}
      <Group justify="flex-end" gap="xs">
        {progress && !progress.isOver ? (
          <Button
            variant="default"
            onClick={() => {
              running.abort();
            }}
          >
            Stop after this batch
          </Button>
        ) : (
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        )}
        {preview && preview.matched > 0 && !progress && (
          <Button onClick={() => void start(preview.matched)}>{`Replay ${count(preview.matched)}`}</Button>
        )}
      </Group>
    </Stack>
  );
}

function Preview({ of: { matched, results } }: { of: Schema<'BulkReplay'> }) {
  if (matched === 0) return <Text size="sm">Nothing matches: nothing would be replayed.</Text>;
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" fw={600}>
        {count(matched)} would be replayed. Nothing has been done yet.
      </Text>
      <Code block mah={180} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label="Events to replay">
        {results.map(({ event_id }) => event_id).join('\n')}
      </Code>
      {results.length < matched && (
        <Text size="xs" c="dimmed">
          The first {results.length.toLocaleString()} are listed.
        </Text>
      )}
      <Text size="xs" c="dimmed">
        Events are published exactly as they were to be; events of one order go in their order. Each is replayed once,
        whoever else replays it.
      </Text>
    </Stack>
  );
}

function Outcome({
  progress: { matched, replayed, failed, refused, remaining, isOver },
}: {
  progress: ReplayProgress;
}) {
  const done = replayed + failed.length;
  return (
    <Stack gap="xs">
      <Progress.Root size="lg">
        <Progress.Section
          value={matched === 0 ? 100 : Math.min(100, (done / matched) * 100)}
          aria-label={`${done} of ${matched} done`}
        />
      </Progress.Root>
      <Text size="sm" role="status">
        {isOver ? 'Done: ' : 'Replaying: '}
        {replayed.toLocaleString()} of {matched.toLocaleString()} replayed
        {failed.length > 0 && `, ${failed.length.toLocaleString()} failed again`}
        {isOver && remaining > 0 && `, ${remaining.toLocaleString()} left`}.
      </Text>
      {[...failed, ...refused].length > 0 && (
        <Alert color="red" title="What did not go through">
          <List size="sm" mah={200} style={{ overflow: 'auto' }} tabIndex={0}>
            {[...failed, ...refused].map(({ event_id, error }) => (
              <List.Item key={event_id} style={{ overflowWrap: 'anywhere' }}>
                <Code>{event_id}</Code> {error}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}

function count(letters: number): string {
  return `${letters.toLocaleString()} dead ${letters === 1 ? 'letter' : 'letters'}`;
}
