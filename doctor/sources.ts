/** Finding out what of the sources answers. */
import { status } from '@grpc/grpc-js';
import { within } from '../api/deadline.ts';
import { Failure } from '../domain/failures.ts';
import type { Source } from './check.ts';
import type { Scene } from './scene.ts';

/** A source that cannot be looked at, and why. */
export interface Away {
  readonly source: Source;
  readonly why: string;
}

const PATIENCE_MS = 12_000;
const TEMPORAL_WITHIN_MS = 10_000;

/** Asks each source once, side by side; answers those that are away. One that is not configured is not asked. */
export async function findAway(scene: Scene): Promise<Away[]> {
  const { db, temporal, kafka } = scene;
  const { namespace } = temporal.options;
  const asked: readonly [Source, () => Promise<unknown>][] = [
    ['postgres', () => db`select 1`.then(() => undefined)],
    [
      'temporal',
      () =>
        temporal.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, () =>
          temporal.workflowService.describeNamespace({ namespace }),
        ),
    ],
    ...(kafka ? [['kafka', kafka.probe.ask] satisfies [Source, unknown]] : []),
  ];
  const answers = await Promise.all(asked.map(([source, ask]) => answersWhy(source, ask)));
  return answers.filter((away) => away !== undefined);
}

async function answersWhy(source: Source, ask: () => Promise<unknown>): Promise<Away | undefined> {
  const failure = () => new Failure('UNAVAILABLE', `no answer within ${PATIENCE_MS / 1000} s`);
  try {
    await within(ask(), { ms: PATIENCE_MS, failure });
    return undefined;
  } catch (error) {
    return { source, why: tellError(error) };
  }
}

/** What an error says, in one line; that of a gRPC call says in `details` what the server said. */
export function tellError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, code, details } = error as Error & { cause?: unknown; code?: unknown; details?: unknown };
  if (code === status.DEADLINE_EXCEEDED || code === status.UNAVAILABLE) return 'it does not answer';
  if (typeof details === 'string' && details !== '') return oneLine(details);
  if (error.message === '' && typeof code === 'string') return code;
  return cause instanceof Error ? `${oneLine(error.message)}: ${tellError(cause)}` : oneLine(error.message);
}

function oneLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
