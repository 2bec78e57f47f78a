import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { Dialog } from '../../elements/dialog.tsx';
import { Failed, Loading } from '../../elements/state.tsx';
import { CancellationOutcome } from './cancellation-outcome.tsx';
import { CancellationPreview } from './cancellation-preview.tsx';
import { CancellationProgress } from './cancellation-progress.tsx';
import { type Outcome, runCancellation } from './run-cancellation.ts';
import type { queryOf } from './use-orders-view.ts';

/** Which orders: those that were ticked, or all that match. */
export type CancellationTarget = { readonly order_ids: string[] } | { readonly filter: ReturnType<typeof queryOf> };

type Phase =
  | { readonly name: 'preview'; readonly problem?: unknown }
  | { readonly name: 'running'; readonly wanted: number; readonly done: readonly Outcome[] }
  | { readonly name: 'done'; readonly outcomes: readonly Outcome[]; readonly reason: string | undefined };

interface BulkCancellationProps {
  readonly target: CancellationTarget;
  /** `isDone`: whether anything was cancelled, or tried. */
  readonly onClose: (isDone: boolean) => void;
}

/** Cancels many orders: first what would happen, then how far it is, then what became of each. */
export function BulkCancellation({ target, onClose }: BulkCancellationProps) {
  const queries = useQueryClient();
  const [phase, setPhase] = useState<Phase>({ name: 'preview' });
  const isStopped = useRef(false);
  const preview = api.useQuery(
    'post',
    '/api/orders/cancel',
    { body: { ...target, dry_run: true } },
    // Always as it is now, and never another while somebody reads it.
    { staleTime: Infinity, gcTime: 0, enabled: phase.name === 'preview' },
  );

  const run = async (ids: readonly string[], reason: string | undefined, before: readonly Outcome[] = []) => {
    isStopped.current = false;
    setPhase({ name: 'running', wanted: ids.length, done: [] });
    try {
      const outcomes = await runCancellation({
        ids,
        reason,
        onProgress: (done) => setPhase({ name: 'running', wanted: ids.length, done }),
        mayGoOn: () => !isStopped.current,
      });
      const again = new Map(outcomes.map((outcome) => [outcome.order_id, outcome]));
      const all = before.length === 0 ? outcomes : before.map((outcome) => again.get(outcome.order_id) ?? outcome);
      setPhase({ name: 'done', outcomes: all, reason });
    } catch (problem) {
      setPhase({ name: 'preview', problem });
    }
    // Live updates may be switched off.
    void queries.invalidateQueries({ queryKey: ['get', '/api/orders'] });
  };

  const isRunning = phase.name === 'running';
  const close = () => onClose(phase.name === 'done');
  return (
    <Dialog
      onClose={close}
      title="Cancel orders"
      size="lg"
      withCloseButton={!isRunning}
      closeOnEscape={!isRunning}
      closeOnClickOutside={false}
    >
      {phase.name === 'preview' &&
        (preview.data ? (
          <CancellationPreview
            preview={preview.data}
            problem={phase.problem}
            onKeep={close}
            onCancel={(ids, reason) => void run(ids, reason)}
          />
        ) : preview.isError ? (
          <Failed problem={preview.error} onRetry={() => void preview.refetch()} />
        ) : (
          <Loading label="Asking what would happen" />
        ))}
      {isRunning && (
        <CancellationProgress
          wanted={phase.wanted}
          done={phase.done.length}
          onStop={() => {
            isStopped.current = true;
          }}
        />
      )}
      {phase.name === 'done' && (
        <CancellationOutcome
          outcomes={phase.outcomes}
          onRepeat={(ids) => void run(ids, phase.reason, phase.outcomes)}
          onClose={close}
        />
      )}
    </Dialog>
  );
}
