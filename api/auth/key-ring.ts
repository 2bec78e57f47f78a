/** Knowing API keys: each is looked up in the database at most every two seconds, however often it is used. */
import { type Database, isConnectionError } from '../../db/client.ts';
import { findStoredKeys, recordKeyUses, type StoredKey } from '../../db/api-keys.ts';
import type { Caller } from '../../domain/access.ts';
import { Failure } from '../../domain/failures.ts';
import { createBatcher } from '../batch.ts';
import { within } from '../deadline.ts';
import { type Identity, unauthenticated } from './identity.ts';
import { hasHash, keyIdOf } from './key-text.ts';

/** How long what is known of a key counts: a revoked one ends after this and one look at the database. */
const KNOWN_FOR_MS = 2000;
/** Most keys that are remembered; the one that was looked up first makes room. */
const MOST_KNOWN = 10_000;
/** How often the times of last use are written. */
const WRITE_USES_EVERY_MS = 60_000;
/** How long a caller waits for the database to know the key. */
const LOOK_UP_WITHIN_MS = 5000;
const LOOK_UPS = { size: 200, concurrency: 2, queueLimit: 5000 };

/** The keys of a process. */
export interface KeyRing {
  /** Who has this key; undefined where the text is not shaped as one, `UNAUTHENTICATED` where it is no good. */
  readonly identify: (text: string) => Promise<Identity> | undefined;
  /** What is stored of a key, at most two seconds old; undefined where there is no such key. */
  readonly find: (id: string) => Promise<StoredKey | undefined>;
  /** Looks a key up anew at its next use. */
  readonly forget: (id: string) => void;
  /** Writes the last uses that are not written yet. */
  readonly close: () => Promise<void>;
}

interface Known {
  readonly key: Promise<StoredKey | undefined>;
  readonly until: number;
}

/** Makes the ring. `onError` is told what went wrong with writing times of last use. */
export function createKeyRing(db: Database, onError: (error: unknown) => void): KeyRing {
  const known = new Map<string, Known>();
  const uses = new Map<string, string>();
  const lookUp = createBatcher<string, StoredKey | undefined>({
    run: (ids) => findStoredKeys(db, ids),
    keysOf: () => [],
    isShared: isConnectionError,
    ...LOOK_UPS,
  });

  const find = (id: string): Promise<StoredKey | undefined> => {
    const entry = known.get(id);
    if (entry && entry.until > Date.now()) return entry.key;
    const key = within(lookUp(id), { ms: LOOK_UP_WITHIN_MS, failure: notAnswered });
    known.delete(id);
    known.set(id, { key, until: Date.now() + KNOWN_FOR_MS });
    // What could not be looked up is not remembered.
    key.catch(() => known.delete(id));
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? id);
    return key;
  };

  const writeUses = async () => {
    if (uses.size === 0) return;
    const written = new Map(uses);
    uses.clear();
    await recordKeyUses(db, written).catch(onError);
  };
  const writing = setInterval(() => void writeUses(), WRITE_USES_EVERY_MS);
  writing.unref();

  const prove = async (id: string, text: string): Promise<Identity> => {
    const key = await find(id);
    if (!key || !hasHash(text, Buffer.from(key.hash, 'hex'))) throw unauthenticated('There is no such API key.');
    if (key.revokedAt !== null) throw unauthenticated('The API key was revoked.');
    if (isExpired(key)) throw unauthenticated('The API key has expired.');
    uses.set(id, new Date().toISOString());
    return toIdentity(key, find);
  };

  return {
    identify: (text) => {
      const id = keyIdOf(text);
      return id === undefined ? undefined : prove(id, text);
    },
    find,
    forget: (id) => known.delete(id),
    close: async () => {
      clearInterval(writing);
      await writeUses();
    },
  };
}

/** Who has a key that was proved. */
export function toIdentity(key: StoredKey, find: KeyRing['find']): Identity {
  const caller: Caller = { kind: 'api_key', id: key.id, role: key.role, customerId: key.customerId ?? undefined };
  return {
    caller,
    expiresAt: key.expiresAt === null ? undefined : Date.parse(key.expiresAt),
    isValid: async () => {
      const now = await find(key.id);
      return now?.revokedAt === null && !isExpired(now);
    },
  };
}

function notAnswered(): Failure {
  return new Failure('UNAVAILABLE', 'The database does not answer now.', { retryAfterSeconds: 1 });
}

function isExpired({ expiresAt }: StoredKey): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
