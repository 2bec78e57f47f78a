/** Whether the server can do its work, and what is missing. */
import type { Client } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import type { Database } from '../db/client.ts';
import { isSchemaCurrent } from '../db/schema-version.ts';
import { Failure } from '../domain/failures.ts';
import { within } from './deadline.ts';

/** What the server leans on. */
export type Dependency = 'postgres' | 'temporal' | 'workers';

/** How one dependency is; `detail` says what is wrong. */
export interface DependencyState {
  readonly status: 'up' | 'down';
  readonly detail?: string;
}

/**
 * `ready`: all is there. `degraded`: orders are accepted and read, but do not move on until what is missing is back.
 * `unavailable`: nothing can be done without Postgres.
 */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable';
  readonly missing: readonly Dependency[];
  readonly dependencies: Readonly<Record<Dependency, DependencyState>>;
}

export type CheckReadiness = () => Promise<Readiness>;

const DEPENDENCIES: readonly Dependency[] = ['postgres', 'temporal', 'workers'];
const CHECK_WITHIN_MS = 1500;
/** A worker polls anew at least once a minute; Temporal remembers it for longer. */
const POLLER_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW } = protobuf.temporal.api.enums.v1.TaskQueueType;
const UP: DependencyState = { status: 'up' };

/** Makes the check; each call asks anew and answers within two seconds. */
export function createReadiness(of: { db: Database; temporal: Client; taskQueue: string }): CheckReadiness {
  return async () => {
    const [postgres, pollers] = await Promise.all([attempt(isSchemaCurrent(of.db)), attempt(countPollers(of))]);
    const dependencies = {
      postgres: stateOf(postgres, 'the database has not been migrated to this version'),
      temporal: 'answer' in pollers ? UP : pollers,
      workers: stateOf(pollers, `no worker polls the task queue "${of.taskQueue}"`),
    };
    const missing = DEPENDENCIES.filter((name) => dependencies[name].status === 'down');
    const withPostgres = missing.length > 0 ? 'degraded' : 'ready';
    return { status: missing.includes('postgres') ? 'unavailable' : withPostgres, missing, dependencies };
  };
}

function stateOf(outcome: DependencyState | { answer: unknown }, detail: string): DependencyState {
  if (!('answer' in outcome)) return outcome;
  return outcome.answer ? UP : { status: 'down', detail };
}

async function countPollers({ temporal, taskQueue }: { temporal: Client; taskQueue: string }): Promise<number> {
  const { namespace } = temporal.options;
  const question = { namespace, taskQueue: { name: taskQueue }, taskQueueType: TASK_QUEUE_TYPE_WORKFLOW };
  const { pollers } = await temporal.withDeadline(Date.now() + CHECK_WITHIN_MS, () =>
    temporal.workflowService.describeTaskQueue(question),
  );
  const since = Date.now() - POLLER_IS_FRESH_MS;
  return pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since).length;
}

async function attempt<T>(asked: Promise<T>): Promise<DependencyState | { answer: T }> {
  const failure = () => new Failure('UNAVAILABLE', 'does not answer');
  try {
    return { answer: await within(asked, { ms: CHECK_WITHIN_MS, failure }) };
  } catch (error) {
    return { status: 'down', detail: error instanceof Failure ? error.message : 'cannot be reached' };
  }
}
