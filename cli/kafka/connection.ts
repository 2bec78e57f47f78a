/** Talking to the brokers, and telling what goes wrong with them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { describeKafkaError, isOutage } from '../../events/kafka/errors.ts';
import type { KafkaSecurity } from '../../events/kafka/security.ts';
import { CommandFailure, exitCode } from '../failure.ts';

const own: { security: KafkaSecurity } = { security: {} };

/** Says what the brokers ask of this command; nothing until then. */
export function signInWith(security: KafkaSecurity): void {
  own.security = security;
}

/** How every client of the command line connects: a broker that is away is noticed within a few seconds. */
export function clientOptions(brokers: readonly string[]) {
  return {
    clientId: 'steadfast-cli',
    bootstrapBrokers: [...brokers],
    ...own.security,
    connectTimeout: 2000,
    requestTimeout: 5000,
    timeout: 5000,
    // A topic that was just made answers only after a moment.
    retries: 3,
    retryDelay: 400,
    autocreateTopics: false,
  };
}

const MOST_MS = 12_000;
const CLOSE_WITHIN_MS = 2000;

/** Does something with an administrator's connection, which is closed afterwards; errors are {@link CommandFailure}s. */
export async function withAdmin<Result>(
  brokers: readonly string[],
  act: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = new Admin(clientOptions(brokers));
  return guarded(brokers, async () => {
    const tooLate = new AbortController();
    try {
      return await Promise.race([
        act(admin),
        sleep(MOST_MS, undefined, { signal: tooLate.signal }).then(() => {
          throw new CommandFailure(exitCode.unreachable, `Kafka at ${brokers.join(',')} did not answer in time.`);
        }),
      ]);
    } finally {
      tooLate.abort();
      await closed(admin);
    }
  });
}

/** Does something with Kafka and turns the client's errors into words. */
export async function guarded<Result>(brokers: readonly string[], act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = [describeKafkaError(error), ...wordsOfBroker(error)].join(' ');
    if (!isOutage(error)) throw new CommandFailure(exitCode.refused, `Kafka refused: ${reason}`);
    const advice = 'Start it, or name a broker with --brokers or KAFKA_BROKERS.';
    throw new CommandFailure(exitCode.unreachable, `Kafka at ${brokers.join(',')} is away (${reason}). ${advice}`);
  }
}

/** What the broker itself says about a refusal, such as which setting it does not know. */
function wordsOfBroker(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { serverErrorMessage, errors } = error as { serverErrorMessage?: unknown; errors?: unknown };
  const inner = Array.isArray(errors) ? errors.flatMap(wordsOfBroker) : [];
  return typeof serverErrorMessage === 'string' ? [serverErrorMessage, ...inner] : inner;
}

/** Closes a client; one whose broker is gone may never say that it is closed. */
export async function closed(client: { close(): Promise<void> }): Promise<void> {
  const inTime = new AbortController();
  const waiting = sleep(CLOSE_WITHIN_MS, undefined, { signal: inTime.signal }).catch(() => undefined);
  await Promise.race([client.close().catch(() => undefined), waiting]);
  inTime.abort();
}

/** Something asked for that Kafka does not have. */
export function unknown(what: string, name: string, list: string): CommandFailure {
  return new CommandFailure(exitCode.refused, `There is no ${what} "${name}". See: steadfast kafka ${list}`);
}
