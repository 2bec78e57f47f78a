import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition: calls `probe` until it answers something other than undefined or false, and answers that.
 * Fails after `timeoutMs` with the words of the last error, or of `what`.
 */
export async function until<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  timeoutMs = 30_000,
): Promise<Exclude<Value, undefined | false | null>> {
  const deadline = Date.now() + timeoutMs;
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
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}`, { cause: lastError });
}
