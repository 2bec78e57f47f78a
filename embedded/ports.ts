import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { acquireLock, type Lock, LockHeldError } from './lock.ts';

/** Below the range from which systems take the ports of outgoing connections, so that a server that restarts finds its port free. */
const freeRange = { from: 20_000, to: 30_000 };

/** A port that this process holds: no other copy of Steadfast on this machine chooses it until `release`. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/** A port that was asked for by number cannot be had. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** What is wanted: the setting's name and value (0 means any free port), and the port to prefer when it is not set. */
export interface PortWish {
  readonly setting: string;
  readonly wanted?: number | undefined;
  readonly preferred?: number;
  readonly host?: string;
}

/**
 * Chooses a port: the one that is set, or throws {@link PortTakenError} when that is taken; where none is set, the
 * preferred one, or any free one when that is taken.
 */
export async function reservePort({ setting, wanted, preferred, host = '127.0.0.1' }: PortWish): Promise<ReservedPort> {
  if (wanted !== undefined && wanted !== 0) {
    const reserved = await tryPort(wanted, host);
    if (reserved !== undefined) return reserved;
    throw new PortTakenError(
      `${setting}=${wanted}: port ${wanted} on ${host} is taken by another program. ` +
        `Stop that program, or set ${setting} to another port (0 for any free one).`,
    );
  }
  if (wanted === undefined && preferred !== undefined) {
    const reserved = await tryPort(preferred, host);
    if (reserved !== undefined) return reserved;
  }
  return reserveFreePort(host);
}

async function reserveFreePort(host: string): Promise<ReservedPort> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const reserved = await tryPort(randomInt(freeRange.from, freeRange.to), host);
    if (reserved !== undefined) return reserved;
  }
  throw new PortTakenError(`No free port was found between ${freeRange.from} and ${freeRange.to} on ${host}.`);
}

async function tryPort(port: number, host: string): Promise<ReservedPort | undefined> {
  const lock = tryLock(join(tmpdir(), `steadfast-ports-${userInfo().uid}`, String(port)));
  if (lock === undefined) return undefined;
  if (await isFree(port, host)) return { port, release: () => lock.release() };
  lock.release();
  return undefined;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen({ port, host, exclusive: true }), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await once(probe.close(), 'close');
  return true;
}

function tryLock(file: string): Lock | undefined {
  try {
    return acquireLock(file);
  } catch (error) {
    if (error instanceof LockHeldError) return undefined;
    throw error;
  }
}
