import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { processIdentity } from './process-identity.ts';

const ownerSchema = z.object({ pid: z.number().int(), identity: z.string() });

/** A held lock; `release` gives it back and may be called again. */
export interface Lock {
  release(): void;
}

/** Somebody else holds the lock: the pid of the process that does. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  readonly pid: number;

  constructor(file: string, pid: number) {
    super(`${file} is held by process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes the lock that is this file, for this process. A lock whose process is gone is taken over; throws
 * {@link LockHeldError} when its process runs (also when that is this very process).
 */
export function acquireLock(file: string): Lock {
  mkdirSync(dirname(file), { recursive: true });
  const own = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
  const draft = `${file}.${process.pid}`;
  for (;;) {
    writeFileSync(draft, own);
    try {
      // A link appears with its whole content or not at all, so nobody ever reads half a lock.
      linkSync(draft, file);
      return { release: () => releaseIfOwn(file, own) };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const found = readIfThere(file);
    if (found === undefined) continue;
    const pid = livingOwner(found);
    if (pid !== undefined) throw new LockHeldError(file, pid);
    removeStale(file, found);
  }
}

/** What the holder of a lock is doing, whom to tell that it is waited for, and how to give up waiting. */
export interface LockWait {
  readonly doing: string;
  readonly onProgress?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Takes the lock as soon as no other process holds it, and tells what that process is `doing` meanwhile. */
export async function waitForLock(file: string, { doing, onProgress, signal }: LockWait): Promise<Lock> {
  let told: number | undefined;
  for (;;) {
    try {
      return acquireLock(file);
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      if (told !== error.pid) onProgress?.(`waiting for process ${error.pid}, which is ${doing}`);
      told = error.pid;
      await sleep(300, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** The pid of the running process that holds the lock, or `undefined` when it is free or stale. */
export function lockOwner(file: string): number | undefined {
  const found = readIfThere(file);
  return found === undefined ? undefined : livingOwner(found);
}

function livingOwner(content: string): number | undefined {
  const owner = ownerSchema.safeParse(parseJson(content));
  return owner.success && processIdentity(owner.data.pid) === owner.data.identity ? owner.data.pid : undefined;
}

/** Of several processes that see the same stale lock, one must not remove the lock that another has just taken. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readIfThere(aside) !== stale) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function releaseIfOwn(file: string, own: string): void {
  if (readIfThere(file) === own) rmSync(file, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
