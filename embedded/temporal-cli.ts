import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { waitForLock } from './lock.ts';
import { buildTemporalCli } from './temporal-cli-build.ts';
import { downloadAddress, downloadTemporalCli } from './temporal-cli-download.ts';

const run = promisify(execFile);

/** The release that is downloaded or built when the machine has none. */
const version = '1.5.1';

/** Where to look, besides the standard places. */
export interface TemporalCliSearch {
  /** The path that is set (`TEMPORAL_CLI_PATH`); nothing else is tried then. */
  readonly path?: string | undefined;
  /** For `PATH`, `HOME` and `XDG_CACHE_HOME`, and for the build. */
  readonly environment: NodeJS.ProcessEnv;
  /** Told in a few words what takes its time. */
  readonly onProgress?: (message: string) => void;
  /** The archive to download instead of the official one. */
  readonly archive?: string;
  readonly signal?: AbortSignal;
}

/** No Temporal CLI can be had; the message lists each place tried, why it failed, and what to do. */
export class TemporalCliMissingError extends Error {
  override readonly name = 'TemporalCliMissingError';
}

/**
 * Path of a Temporal CLI that runs: the one that is set, on `PATH`, in the user's cache, downloaded, or built with Go, in
 * this order. Throws {@link TemporalCliMissingError}.
 */
export async function findTemporalCli(search: TemporalCliSearch): Promise<string> {
  const tried: string[] = [];
  const attempt = async (place: string, get: () => string | Promise<string>): Promise<string | undefined> => {
    try {
      const path = await get();
      await verify(path);
      return path;
    } catch (error) {
      search.signal?.throwIfAborted();
      tried.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const { path } = search;
  if (path !== undefined) {
    const set = await attempt(`TEMPORAL_CLI_PATH=${path}`, () => present(path));
    if (set === undefined) throw missing(tried);
    return set;
  }
  const cached = join(cacheDirectory(search.environment), `temporal-cli-${version}`, 'temporal');
  const found =
    (await attempt('temporal on PATH', () => onPath(search.environment))) ??
    (await attempt(`cached copy ${cached}`, () => present(cached)));
  if (found !== undefined) return found;

  const lock = await waitForLock(`${dirname(cached)}.lock`, { ...search, doing: 'getting the Temporal CLI' });
  try {
    if (existsSync(cached)) {
      const made = await attempt(`copy made by another process ${cached}`, () => cached);
      if (made !== undefined) return made;
    }
    // What an interrupted download or build left is of no use.
    rmSync(dirname(cached), { recursive: true, force: true });
    const archive = search.archive ?? downloadAddress(version);
    const to = { cached, version, verify, ...search };
    const got =
      (await attempt(`download ${archive}`, () => downloadTemporalCli({ ...to, archive }))) ??
      (await attempt('go install', () => buildTemporalCli(to)));
    if (got === undefined) throw missing(tried);
    return got;
  } finally {
    lock.release();
  }
}

function missing(tried: readonly string[]): TemporalCliMissingError {
  return new TemporalCliMissingError(
    [
      'There is no Temporal CLI to run the embedded Temporal server with. Tried:',
      ...tried.map((line) => `  - ${line}`),
      'What to do: install it (https://docs.temporal.io/cli) so that it is on PATH, or set TEMPORAL_CLI_PATH to it;',
      'or install Go, with which it is built; or set TEMPORAL_ADDRESS to a Temporal server that runs already.',
    ].join('\n'),
  );
}

function present(path: string): string {
  if (!existsSync(path)) throw new Error('not there');
  return path;
}

function onPath(environment: NodeJS.ProcessEnv): string {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const found = (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (found === undefined) throw new Error('not there');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function verify(path: string): Promise<void> {
  const { stdout } = await run(path, ['--version'], { timeout: 30_000 }).catch((error: unknown) => {
    throw new Error(`it does not run (${String(error).trim().replaceAll('\n', ' ')})`, { cause: error });
  });
  if (!/temporal version/i.test(stdout)) throw new Error(`it is not the Temporal CLI (it says "${stdout.trim()}")`);
}
