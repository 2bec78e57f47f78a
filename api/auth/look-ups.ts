/** Looking things up in the database for each request: each at most every two seconds, many in one statement. */
import { isConnectionError } from '../../db/client.ts';
import { Failure } from '../../domain/failures.ts';
import { createBatcher } from '../batch.ts';
import { within } from '../deadline.ts';

/** How long what is known counts: what has changed counts after this and one look at the database. */
const KNOWN_FOR_MS = 2000;
/** Most that are remembered; the one that was looked up first makes room. */
const MOST_KNOWN = 10_000;
/** How long a caller waits for the database. */
const ANSWERED_WITHIN_MS = 5000;
const BATCHES = { size: 200, concurrency: 2, queueLimit: 5000 };

/** What is known by id. */
export interface LookUps<Value> {
  /** At most two seconds old; `UNAVAILABLE` where the database does not answer. */
  readonly find: (id: string) => Promise<Value>;
  /** What was found last, however long ago; undefined where nothing was, or nothing is remembered. */
  readonly remembered: (id: string) => Value | undefined;
  /** Looks it up anew the next time. */
  readonly forget: (id: string) => void;
}

interface Known<Value> {
  readonly value: Promise<Value>;
  readonly until: number;
  found: Value | undefined;
}

/** Makes them of a statement that answers the values of ids in their order. */
export function createLookUps<Value>(run: (ids: string[]) => Promise<Value[]>): LookUps<Value> {
  const known = new Map<string, Known<Value>>();
  const lookUp = createBatcher<string, Value>({ run, keysOf: () => [], isShared: isConnectionError, ...BATCHES });
  return {
    find: (id) => {
      const entry = known.get(id);
      if (entry && entry.until > Date.now()) return entry.value;
      const value = answeredInTime(lookUp(id));
      const looked: Known<Value> = { value, until: Date.now() + KNOWN_FOR_MS, found: entry?.found };
      known.delete(id);
      known.set(id, looked);
      value.then(
        (found) => (looked.found = found),
        // What could not be looked up is not remembered.
        () => known.get(id) === looked && known.delete(id),
      );
      if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? id);
      return value;
    },
    remembered: (id) => known.get(id)?.found,
    forget: (id) => known.delete(id),
  };
}

/** The answer of a statement; `UNAVAILABLE` where the database does not give it soon. */
export function answeredInTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return within(answer, { ms: ANSWERED_WITHIN_MS, failure: notAnswered });
}

function notAnswered(): Failure {
  return new Failure('UNAVAILABLE', 'The database does not answer now.', { retryAfterSeconds: 1 });
}
