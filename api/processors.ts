/** How those who follow the log, and the workers, are getting on. */
import type { Client } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import type { Database } from '../db/client.ts';
import { listProcessors, type Processor } from '../db/processors.ts';
import { Failure } from '../domain/failures.ts';
import { INBOUND } from '../events/kafka/inbound.ts';
import type { KafkaProbe } from '../events/kafka/probe.ts';
import { within } from './deadline.ts';
import { inboundGroups, type InboundSettings } from './inbound-groups.ts';

/** What Temporal says of the workers of one kind of tasks; figures it does not give are undefined. */
export interface WorkerState {
  readonly tasks: 'workflow' | 'activity';
  /** Who asked for tasks within the last minute. */
  readonly pollers: number;
  /** Tasks that wait, as far as Temporal knows. */
  readonly backlog: number | undefined;
  /** Age of the oldest of them. */
  readonly backlogSeconds: number | undefined;
  /** Tasks handed out each second. */
  readonly tasksPerSecond: number | undefined;
}

/**
 * How a processor comes by its work. `follower`: it reads the log from its cursor. `inbound`: it reads Kafka, whose
 * consumer group shares the work out among the relays. `beat`: it looks around at a steady beat.
 */
export const PROCESSOR_KINDS = ['follower', 'inbound', 'beat'] as const;

/** A processor with its kind. Of one that reads Kafka, what the consumer groups say; null while that is not known. */
export interface KnownProcessor extends Omit<Processor, 'isLed'> {
  readonly kind: (typeof PROCESSOR_KINDS)[number];
  readonly isLed: boolean | null;
}

/** The workers by kind of tasks: undefined while Temporal does not answer, `detail` says why. */
export interface Workers {
  readonly taskQueue: string;
  readonly workers: readonly WorkerState[] | undefined;
  readonly detail: string | undefined;
}

/** Everyone who works on orders. */
export interface ProcessorStatus extends Workers {
  readonly processors: readonly KnownProcessor[];
}

export type ReadProcessorStatus = () => Promise<ProcessorStatus>;

/** Most events of the log that are looked at to tell how far behind somebody is. */
export const MOST_LAG = 10_000;
const TEMPORAL_WITHIN_MS = 1500;
const KAFKA_WITHIN_MS = 1000;
/** A worker polls anew at least once a minute; Temporal remembers it for longer. */
const POLLER_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = protobuf.temporal.api.enums.v1.TaskQueueType;

/** What the processors and the workers are asked by. */
export interface ProcessorSources {
  readonly db: Database;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** Asks Kafka; absent where that is not configured. */
  readonly kafkaProbe?: KafkaProbe | undefined;
  /** Who reads the inbound topics; nobody where absent. */
  readonly kafkaInbound?: InboundSettings | undefined;
}

/** Makes the use case; it asks anew each time and does not wait for a Temporal server, or a Kafka, that is away. */
export function createProcessorStatus(of: ProcessorSources): ReadProcessorStatus {
  return async () => {
    const [processors, workers] = await Promise.all([readProcessors(of), readWorkers(of)]);
    return { processors, ...workers };
  };
}

/** Everyone who follows the log, reads Kafka or looks around at a beat, by name. */
export async function readProcessors(of: ProcessorSources): Promise<KnownProcessor[]> {
  const [processors, inbound] = await Promise.all([listProcessors(of.db, MOST_LAG), askForInbound(of)]);
  return processors.map((processor) => {
    const kind = kindOf(processor);
    return { ...processor, kind, ...(kind === 'inbound' && inbound) };
  });
}

/** Asks Temporal for the workers; never rejects and answers within two seconds. */
export async function readWorkers(of: { temporal: Client; taskQueue: string }): Promise<Workers> {
  const { taskQueue } = of;
  const failure = () => new Failure('UNAVAILABLE', 'Temporal does not answer');
  const asked = Promise.all([describeWorkers(of, 'workflow'), describeWorkers(of, 'activity')]);
  try {
    return { taskQueue, workers: await within(asked, { ms: TEMPORAL_WITHIN_MS, failure }), detail: undefined };
  } catch (error) {
    const detail = error instanceof Failure ? error.message : 'Temporal cannot be reached';
    return { taskQueue, workers: undefined, detail };
  }
}

/** How far the relays are with all inbound topics; read by somebody where each topic is. */
async function askForInbound({
  kafkaProbe,
  kafkaInbound,
}: ProcessorSources): Promise<Pick<KnownProcessor, 'isLed' | 'lag'>> {
  if (!kafkaProbe || !kafkaInbound) return { isLed: null, lag: null };
  const failure = () => new Failure('UNAVAILABLE', 'Kafka does not answer');
  const asked = Promise.all(inboundGroups(kafkaInbound).map((reader) => kafkaProbe.askGroup(reader)));
  try {
    const groups = await within(asked, { ms: KAFKA_WITHIN_MS, failure });
    return { isLed: groups.every(({ members }) => members > 0), lag: groups.reduce((sum, { lag }) => sum + lag, 0) };
  } catch {
    return { isLed: null, lag: null };
  }
}

function kindOf({ name, lag }: Processor): KnownProcessor['kind'] {
  if (lag !== null) return 'follower';
  return name === INBOUND ? 'inbound' : 'beat';
}

async function describeWorkers(
  { temporal, taskQueue }: { temporal: Client; taskQueue: string },
  tasks: WorkerState['tasks'],
): Promise<WorkerState> {
  const { pollers, stats } = await temporal.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, () =>
    temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: tasks === 'workflow' ? TASK_QUEUE_TYPE_WORKFLOW : TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    }),
  );
  const since = Date.now() - POLLER_IS_FRESH_MS;
  return {
    tasks,
    pollers: pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since).length,
    backlog: numberOf(stats?.approximateBacklogCount),
    backlogSeconds: stats ? Number(stats.approximateBacklogAge?.seconds ?? 0) : undefined,
    tasksPerSecond: numberOf(stats?.tasksDispatchRate),
  };
}

function numberOf(figure: unknown): number | undefined {
  return figure === undefined || figure === null ? undefined : Number(figure);
}
