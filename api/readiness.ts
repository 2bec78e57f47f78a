/** Whether the server can do its work, and what is missing. */
import type { Client } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import type { Database } from '../db/client.ts';
import { isSchemaCurrent } from '../db/schema-version.ts';
import { findLogAhead } from '../db/transaction-ids.ts';
import { Failure } from '../domain/failures.ts';
import { LOG_AHEAD } from '../events/log-ahead.ts';
import { within } from './deadline.ts';
import { type Look, shareLook } from './shared-look.ts';

/** What the server leans on. */
export type Dependency = RequiredDependency | OptionalDependency['name'];
type RequiredDependency = 'postgres' | 'temporal' | 'workers';

/** What the server leans on only where it is configured; the check rejects while it is away. */
export interface OptionalDependency {
  readonly name: 'kafka' | 'redis';
  readonly check: () => Promise<unknown>;
}

/** How one dependency is; `detail` says what is wrong. */
export interface DependencyState {
  readonly status: 'up' | 'down';
  readonly detail?: string;
}

/**
 * `ready`: all is there. `degraded`: orders are accepted and read, but do not move on until what is missing is back; with
 * nothing but Kafka missing they move on and their events wait; without Redis they are read from Postgres alone.
 * `unavailable`: nothing can be done without Postgres. `stopping`: this server is about to stop; others take over.
 */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable' | 'stopping';
  readonly missing: readonly Dependency[];
  /** Those that are configured. */
  readonly dependencies: Readonly<Record<RequiredDependency, DependencyState>> &
    Readonly<Partial<Record<OptionalDependency['name'], DependencyState>>>;
}

export type CheckReadiness = () => Promise<Readiness>;

/** Whether a load balancer should send requests to this server. */
export function takesRequests({ status }: Readiness): boolean {
  return status === 'ready' || status === 'degraded';
}

const CHECK_WITHIN_MS = 1500;
/** A worker polls anew at least once a minute; Temporal remembers it for longer. */
const POLLER_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW } = protobuf.temporal.api.enums.v1.TaskQueueType;
const UP: DependencyState = { status: 'up' };

/**
 * Makes the check, which answers within two seconds. Anybody may ask, so all share one look at each dependency, which is told
 * again for half a second and never begun anew while the last one waits for an answer. From `draining` on the server is stopping.
 */
export function createReadiness(of: {
  db: Database;
  temporal: Client;
  taskQueue: string;
  optional?: readonly OptionalDependency[];
  draining?: AbortSignal;
}): CheckReadiness {
  const lookAtPostgres = shareLook(() => attempt(findFault(of.db)));
  const lookAtTemporal = shareLook(() => attempt(countPollers(of)));
  const lookAtOptional = (of.optional ?? []).map(({ name, check }) => {
    const look = shareLook(() => attempt(check()));
    return async () => [name, stateOf(await look())] as const;
  });
  return async () => {
    const [postgres, pollers, ...optional] = await Promise.all([
      lookAtPostgres(),
      lookAtTemporal(),
      ...lookAtOptional.map((look) => look()),
    ]);
    const dependencies = {
      postgres: 'answer' in postgres ? stateWith(postgres.answer) : postgres,
      temporal: stateOf(pollers),
      workers: stateOfWorkers(pollers, of.taskQueue),
      ...Object.fromEntries(optional),
    };
    const states = Object.entries(dependencies) as [Dependency, DependencyState][];
    const missing = states.filter(([, { status }]) => status === 'down').map(([name]) => name);
    return { status: of.draining?.aborted ? 'stopping' : statusWithout(missing), missing, dependencies };
  };
}

function statusWithout(missing: readonly Dependency[]): Readiness['status'] {
  if (missing.includes('postgres')) return 'unavailable';
  return missing.length > 0 ? 'degraded' : 'ready';
}

/** What keeps the database from being used, though it answers. */
async function findFault(db: Database): Promise<string | undefined> {
  if (!(await isSchemaCurrent(db))) return 'the database has not been migrated to this version';
  return (await findLogAhead(db)) && LOG_AHEAD;
}

function stateWith(fault: string | undefined): DependencyState {
  return fault === undefined ? UP : { status: 'down', detail: fault };
}

function stateOf(outcome: Attempted<unknown>): DependencyState {
  return 'answer' in outcome ? UP : outcome;
}

function stateOfWorkers(pollers: Attempted<number>, taskQueue: string): DependencyState {
  if (!('answer' in pollers) || pollers.answer > 0) return stateOf(pollers);
  return { status: 'down', detail: `no worker polls the task queue "${taskQueue}"` };
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

type Attempted<T> = DependencyState | { readonly answer: T };

function attempt<T>(asked: Promise<T>): Look<Attempted<T>> {
  const failure = () => new Failure('UNAVAILABLE', 'does not answer');
  const outcome = within(asked, { ms: CHECK_WITHIN_MS, failure }).then(
    (answer) => ({ answer }),
    (error: unknown): DependencyState => ({
      status: 'down',
      detail: error instanceof Failure ? error.message : 'cannot be reached',
    }),
  );
  return { asked, outcome };
}
