import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { askActor } from '../../elements/actor.tsx';
import { tellDone, tellRefused } from '../../elements/outcome.ts';
import { isOpen } from './letter-words.ts';
import type { DeadLetter } from './search.ts';
import { SkipForm } from './skip-form.tsx';
import { refreshDeadLetters } from './use-news.ts';

/** What can be done about a dead letter: nothing any more once it is replayed, skipped or archived. */
export function LetterActions({ letter, isArchived }: { letter: DeadLetter; isArchived: boolean }) {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  if (!isOpen(letter) || isArchived) return null;
  const { event_id: eventId } = letter;
  const of = (actor: string) => ({ path: { eventId }, header: { 'x-actor': actor } });

  const act = async (act: (actor: string) => Promise<void>, refused: string) => {
    const actor = await askActor();
    if (actor === undefined) return;
    setBusy(true);
    try {
      await act(actor);
    } catch (problem) {
      tellRefused(refused, problem);
    } finally {
      setBusy(false);
      void refreshDeadLetters(queries);
    }
  };

  const replay = () =>
    act(async (actor) => {
      const { data } = await client.POST('/api/dlq/replay/{eventId}', { params: of(actor) });
      if (data?.status === 'FAILED') tellRefused('It failed again', new Error(data.error));
      else tellDone('Replayed', data?.resolution ?? '');
    }, 'Not replayed');
  const reset = () =>
    act(async (actor) => {
      await client.PUT('/api/dlq/reset/{eventId}', { params: of(actor) });
      tellDone('Reset', 'It is pending again.');
    }, 'Not reset');
  const skip = async () => {
    const actor = await askActor();
    if (actor === undefined) return;
    const modal = modals.open({
      title: 'Skip this dead letter?',
      children: (
        <SkipForm
          onClose={() => modals.close(modal)}
          onReason={async (reason) => {
            await client.PUT('/api/dlq/skip/{eventId}', { params: of(actor), body: { reason } });
            modals.close(modal);
            tellDone('Skipped', reason);
            void refreshDeadLetters(queries);
          }}
        />
      ),
    });
  };
  const confirmReplay = () =>
    modals.openConfirmModal({
      title: 'Replay this dead letter?',
      children: (
        <Text size="sm">
          {letter.source === 'PUBLISHER'
            ? 'The event is published to Kafka exactly as it was to be. Consumers will see it; that cannot be taken back.'
            : 'The record is taken in again, by the same rules as before. What it does to an order cannot be taken back.'}{' '}
          Remove the cause first, or it fails again.
        </Text>
      ),
      labels: { confirm: 'Replay now', cancel: 'Not now' },
      onConfirm: () => void replay(),
    });

  return (
    <Group gap="xs">
      <Button size="xs" loading={isBusy} onClick={confirmReplay}>
        Replay
      </Button>
      {letter.status === 'FAILED' && (
        <Button size="xs" variant="default" disabled={isBusy} onClick={() => void reset()}>
          Reset to pending
        </Button>
      )}
      <Button size="xs" variant="default" disabled={isBusy} onClick={() => void skip()}>
        Skip…
      </Button>
    </Group>
  );
}
