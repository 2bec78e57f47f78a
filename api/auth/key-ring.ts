/** Knowing API keys: each is looked up in the database at most every two seconds, however often it is used. */
import type { Database } from '../../db/client.ts';
import { findStoredKeys, recordKeyUses, type StoredKey } from '../../db/api-keys.ts';
import type { Caller } from '../../domain/access.ts';
import { type Identity, unauthenticated } from './identity.ts';
import { hasHash, keyIdOf } from './key-text.ts';
import { createLookUps } from './look-ups.ts';

/** How often the times of last use are written. */
const WRITE_USES_EVERY_MS = 60_000;

/** The keys of a process. */
export interface KeyRing {
  /**
   * Who has this key; undefined where the text is not shaped as one, `UNAUTHENTICATED` where it is no good. `beforeLookUp`
   * is called where the key has not been seen before, and may throw another refusal.
   */
  readonly identify: (text: string, beforeLookUp?: () => void) => Promise<Identity> | undefined;
  /** What is stored of a key, at most two seconds old; undefined where there is no such key. */
  readonly find: (id: string) => Promise<StoredKey | undefined>;
  /** Looks a key up anew at its next use. */
  readonly forget: (id: string) => void;
  /** Writes the last uses that are not written yet. */
  readonly close: () => Promise<void>;
}

/** Makes the ring. `onError` is told what went wrong with writing times of last use. */
export function createKeyRing(db: Database, onError: (error: unknown) => void): KeyRing {
  const uses = new Map<string, string>();
  const { find, forget, remembered } = createLookUps((ids) => findStoredKeys(db, ids));

  const writeUses = async () => {
    if (uses.size === 0) return;
    const written = new Map(uses);
    uses.clear();
    await recordKeyUses(db, written).catch(onError);
  };
  const writing = setInterval(() => void writeUses(), WRITE_USES_EVERY_MS);
  writing.unref();

  const prove = async (id: string, text: string, beforeLookUp?: () => void): Promise<Identity> => {
    if (beforeLookUp && !isKeyOf(remembered(id), text)) beforeLookUp();
    const key = await find(id);
    if (!isKeyOf(key, text)) throw unauthenticated('There is no such API key.');
    if (key.revokedAt !== null) throw unauthenticated('The API key was revoked.');
    if (isExpired(key)) throw unauthenticated('The API key has expired.');
    uses.set(id, new Date().toISOString());
    return toIdentity(key, find);
  };

  return {
    identify: (text, beforeLookUp) => {
      const id = keyIdOf(text);
      return id === undefined ? undefined : prove(id, text, beforeLookUp);
    },
    find,
    forget,
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

function isKeyOf(key: StoredKey | undefined, text: string): key is StoredKey {
  return key !== undefined && hasHash(text, Buffer.from(key.hash, 'hex'));
}

function isExpired({ expiresAt }: StoredKey): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
