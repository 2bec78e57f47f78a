/** Where API keys are kept, as the command line reaches them: through the server, or in the database for the first key. */
import { createKeys } from '../api/keys.ts';
import { presentKey } from '../api/present-key.ts';
import { isConnectionError, openDatabase } from '../db/client.ts';
import { CLI_ACTOR } from '../domain/access.ts';
import { Failure } from '../domain/failures.ts';
import { CommandFailure, exitCode } from './failure.ts';
import type { Session } from './session.ts';

/** A key in the words of the API; `key` where it was just made. */
export interface KeyAnswer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly customer_id?: string | undefined;
  readonly created_at: string;
  readonly expires_at?: string | undefined;
  readonly last_used_at?: string | undefined;
  readonly revoked_at?: string | undefined;
  readonly key?: string | undefined;
}

/** A key to be made, in the same words. */
export interface KeyMessage {
  readonly name: string;
  readonly role: string;
  readonly customer_id: string | undefined;
  readonly expires_at: string | undefined;
}

/** The keys; a refusal is a {@link CommandFailure}. */
export interface KeyStore {
  readonly create: (key: KeyMessage) => Promise<KeyAnswer>;
  readonly list: () => Promise<KeyAnswer[]>;
  readonly revoke: (id: string) => Promise<KeyAnswer>;
  readonly close: () => Promise<void>;
}

const MOST_PER_PAGE = 500;

/**
 * Opens the keys: of the database that is named, else, where no API key is there to ask the server with, of the running
 * system whose data folder this user can read, else through the server.
 */
export function openKeyStore(session: Session, named: string | undefined): KeyStore {
  const database = named ?? ('authorization' in session.credentials ? undefined : session.database);
  return database === undefined ? throughServer(session) : inDatabase(database);
}

function throughServer({ api }: Session): KeyStore {
  return {
    create: (body) => api<KeyAnswer>('/api/keys', { method: 'POST', body }),
    list: () =>
      allPages(async (token) => {
        const query = { page_size: MOST_PER_PAGE, page_token: token };
        const page = await api<{ keys: KeyAnswer[]; next_page_token: string }>('/api/keys', { query });
        return { found: page.keys, next: page.next_page_token };
      }),
    revoke: (id) => api<KeyAnswer>(`/api/keys/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    close: () => Promise.resolve(),
  };
}

function inDatabase(url: string): KeyStore {
  const db = openDatabase(url, { size: 1, applicationName: 'steadfast-cli' });
  const keys = createKeys({ db });
  return {
    create: ({ name, role, customer_id: customerId, expires_at: expiresAt }) =>
      told(async () => {
        const { key, text } = await keys.add({ name, role, customerId, expiresAt }, CLI_ACTOR);
        return { ...presentKey(key), key: text };
      }),
    list: () =>
      told(() =>
        allPages(async (pageToken) => {
          const page = await keys.list({ pageSize: MOST_PER_PAGE, pageToken });
          return { found: page.keys.map(presentKey), next: page.nextPageToken };
        }),
      ),
    revoke: (id) => told(async () => presentKey(await keys.revoke(id, CLI_ACTOR))),
    close: () => db.end({ timeout: 2 }),
  };
}

async function allPages(
  read: (token: string | undefined) => Promise<{ found: readonly KeyAnswer[]; next: string }>,
): Promise<KeyAnswer[]> {
  const all: KeyAnswer[] = [];
  let token: string | undefined;
  do {
    const { found, next } = await read(token);
    all.push(...found);
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return all;
}

/** The refusals of the use cases as those of a command. */
async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) {
      const { code, message, violations } = error;
      throw new CommandFailure(exitCode.refused, message, { detail: message, code, violations });
    }
    if (isConnectionError(error)) {
      const { code } = error as { code: string };
      throw new CommandFailure(exitCode.unreachable, `The database cannot be reached (${code}).`);
    }
    throw error;
  }
}
