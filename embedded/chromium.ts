import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A browser is missing; the message says what to install. */
export class ChromiumMissingError extends Error {
  override readonly name = 'ChromiumMissingError';
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium on `PATH`, under any of its names; throws {@link ChromiumMissingError}. */
export function findChromium(environment: NodeJS.ProcessEnv): string {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new ChromiumMissingError(
    'No Chromium is on PATH. What to do: install it, on Debian with "apt-get install --no-install-recommends chromium".',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
