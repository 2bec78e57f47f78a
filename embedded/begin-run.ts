import { join } from 'node:path';
import { endpointsFile, processNames } from './endpoints.ts';
import { stopLeftover } from './leftovers.ts';
import { acquireLock, type Lock, LockHeldError } from './lock.ts';
import { beginLog, logFile } from './log-files.ts';
import { stopLeftoverPostgres } from './postgres-cluster.ts';
import type { Terminal } from './terminal.ts';

/** Another Steadfast runs on the same data directory. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/**
 * Takes the data directory for this process and leaves it as after a clean stop: no endpoints file, no process of an
 * earlier run, logs begun anew. Throws {@link AlreadyRunningError}. The caller releases the lock when everything is stopped.
 */
export async function beginRun(dataDir: string, terminal: Terminal): Promise<Lock> {
  const lock = lockDataDir(dataDir);
  endpointsFile(dataDir).remove();
  await terminal.during('looking for processes of an earlier run', async () => {
    await Promise.all(['server', 'relay', 'worker'].map((name) => stopLeftover(dataDir, name)));
    await stopLeftover(dataDir, 'temporal');
    await stopLeftoverPostgres(dataDir);
  });
  for (const name of processNames) beginLog(logFile(dataDir, name));
  return lock;
}

function lockDataDir(dataDir: string): Lock {
  try {
    return acquireLock(join(dataDir, 'main.lock'));
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    throw new AlreadyRunningError(
      `Steadfast runs already on ${dataDir} (process ${error.pid}).\n` +
        `What to do: use that one (its addresses are in ${join(dataDir, 'endpoints.json')}), stop it, ` +
        'or set DATA_DIR to another folder to run a second copy.',
    );
  }
}
