import { setTimeout as sleep } from 'node:timers/promises';

/** The production set-up of `npm run rehearse` has more to do on the same machine than that of `npm start`. */
const PATIENCE = process.env.SYSTEM_PROGRAM === undefined ? 1 : 4;

/**
 * Waits for a condition: calls `probe` until it answers something other than undefined or false, and answers that.
 * Fails after `timeoutMs` (several times that in a rehearsal) with the words of the last error, or of `what`.
 */
export async function until<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  timeoutMs = 30_000,
): Promise<Exclude<Value, undefined | false | null>> {
  const deadline = Date.now() + PATIENCE * timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false && value !== null)
        return value as Exclude<Value, undefined | false | null>;
    } catch (error) {
      lastError = error;
    }
    await sleep(20);
  }
  throw new Error(`waited ${PATIENCE * timeoutMs} ms in vain: ${what}`, { cause: lastError });
}
