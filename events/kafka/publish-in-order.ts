/** Publishing many events so that one which cannot be published holds up its own order only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelay } from '../../domain/backoff.ts';
import { describeKafkaError, isOutage } from './errors.ts';
import type { EventProducer, EventRecord } from './producer.ts';

/** An event to publish. */
export interface Outgoing {
  readonly eventId: string;
  readonly orderId: string;
  readonly record: EventRecord;
}

/** An event that was refused at every try, and the later ones of its order, which were not tried any more. */
export interface Refusal<Item> {
  readonly item: Item;
  /** The words of the last refusal. */
  readonly error: string;
  readonly followers: readonly Item[];
}

/** How to publish; `firstDelayMs` is the wait before the second try, the one before the third is twice as long. */
export interface PublishOptions {
  readonly send: EventProducer['send'];
  readonly firstDelayMs: number;
  readonly signal: AbortSignal;
}

/** How often an event is tried before it is put aside. */
export const TRIES = 3;

/**
 * Publishes events, given in the order of the log: the first one of each order together, then the second ones, and so on.
 * So nothing is sent that follows a refused event of its order, whatever topics they go to. Answers what was refused;
 * everything else is published. Throws where Kafka is away: then all are to be given again.
 */
export async function publishInOrder<Item extends Outgoing>(
  items: readonly Item[],
  options: PublishOptions,
): Promise<Refusal<Item>[]> {
  const refusals: Refusal<Item>[] = [];
  let open = [...Map.groupBy(items, ({ orderId }) => orderId).values()];
  while (open.length > 0) {
    const errors = await publishTogether(
      open.flatMap(([next]) => next ?? []),
      options,
    );
    open = open.flatMap(([item, ...followers]) => {
      const error = item && errors.get(item);
      if (item && error !== undefined) refusals.push({ item, error, followers });
      return error === undefined && followers.length > 0 ? [followers] : [];
    });
  }
  return refusals;
}

/**
 * Publishes events of different orders in one request. Where that is refused, each one is sent by itself, and those that
 * are refused again are tried three times more. Answers the words of the last refusal of each.
 */
async function publishTogether<Item extends Outgoing>(
  items: readonly Item[],
  options: PublishOptions,
): Promise<ReadonlyMap<Item, string>> {
  if ((await refusalOf(items, options)) === undefined) return new Map();
  const suspects: Item[] = [];
  for (const item of items) if ((await refusalOf([item], options)) !== undefined) suspects.push(item);
  // Side by side, so that their waits are not added up; and to the end, so that nothing is sent after an outage was told.
  const outcomes = await Promise.allSettled(suspects.map((item) => publishWithRetries(item, options)));
  const errors = new Map<Item, string>();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const item = suspects[index];
    if (item && outcome.value !== undefined) errors.set(item, outcome.value);
  }
  return errors;
}

/** Publishes one event, trying three times; answers the words of the last refusal, undefined where it was published. */
export async function publishWithRetries(
  item: Pick<Outgoing, 'record'>,
  options: PublishOptions,
): Promise<string | undefined> {
  for (let failures = 1; ; failures += 1) {
    const error = await refusalOf([item], options);
    if (error === undefined || failures === TRIES) return error;
    const backoff = { first: options.firstDelayMs, longest: options.firstDelayMs * 2 ** TRIES };
    await sleep(backoffDelay(backoff, failures, Math.random()), undefined, { signal: options.signal });
  }
}

/** Sends; answers why it was refused, undefined where it was not. An outage is thrown. */
async function refusalOf(
  items: readonly Pick<Outgoing, 'record'>[],
  { send, signal }: PublishOptions,
): Promise<string | undefined> {
  try {
    await send(
      items.map(({ record }) => record),
      signal,
    );
    return undefined;
  } catch (error) {
    if (signal.aborted || isOutage(error)) throw error;
    return describeKafkaError(error);
  }
}
