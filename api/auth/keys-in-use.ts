/** Whether somebody counts on API keys, for a process that nobody has told to ask for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { hasValidKey } from '../../db/api-keys.ts';
import { openDatabase } from '../../db/client.ts';

/** How soon a database that does not answer is asked again. */
const ASK_AGAIN_MS = 250;

/** Whether the database holds a valid key; rejects where it does not answer, or has not been migrated. */
export async function findKeysInUse(databaseUrl: string): Promise<boolean> {
  const db = openDatabase(databaseUrl, { size: 1, applicationName: 'steadfast-server' });
  return hasValidKey(db).finally(() => db.end({ timeout: 1 }));
}

/** The same as soon as the database answers; false where `signal` aborts before. */
export async function awaitKeysInUse(databaseUrl: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const answer = await findKeysInUse(databaseUrl).catch(() => undefined);
    if (answer !== undefined) return answer;
    await sleep(ASK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
  return false;
}
