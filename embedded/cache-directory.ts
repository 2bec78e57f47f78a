import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder that keeps what was downloaded or built, for all clones of this user; inside the project where home is not writable. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const userCache = environment.XDG_CACHE_HOME ?? join(environment.HOME ?? homedir(), '.cache');
  const shared = join(userCache, 'steadfast');
  return isWritable(shared) ? shared : resolve(import.meta.dirname, '..', '.cache');
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
