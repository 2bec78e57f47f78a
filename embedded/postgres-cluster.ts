import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresPrograms } from './postgres-programs.ts';
import { commandLine, endProcess } from './process-identity.ts';
import type { Unprivileged } from './unprivileged.ts';

const run = promisify(execFile);
const majorVersion = '18';

/** Where the files of the database are, and the password of its user `steadfast`. */
export interface Cluster {
  readonly directory: string;
  readonly password: string;
}

/** What {@link prepareCluster} works with. */
export interface ClusterOptions {
  readonly dataDir: string;
  readonly programs: PostgresPrograms;
  readonly user: Unprivileged;
  /** Told in a few words what takes its time. */
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Gives the database files in `<dataDir>/postgres`, made on first use, with no server running on them: one that an earlier
 * run left behind is stopped first. Throws when the files are of another PostgreSQL version or their password is lost.
 */
export async function prepareCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir, user } = options;
  const directory = join(dataDir, 'postgres');
  const passwordFile = join(dataDir, 'postgres.password');
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    return { directory, password: await initialise(options, directory, passwordFile) };
  }
  const version = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version !== majorVersion) {
    throw new Error(
      `${directory} was made by PostgreSQL ${version}, and this is PostgreSQL ${majorVersion}. ` +
        'What to do: dump it with the old version and restore it, or choose another DATA_DIR.',
    );
  }
  if (!existsSync(passwordFile)) {
    throw new Error(
      `${passwordFile} is missing, so nobody can log in to ${directory}. What to do: put the file back, or remove ${dataDir} to begin anew.`,
    );
  }
  await stopLeftoverPostgres(dataDir);
  user.own(directory);
  return { directory, password: readFileSync(passwordFile, 'utf8').trim() };
}

/** Stops the server that an earlier run, itself killed, left running on `<dataDir>/postgres`; throws when it cannot. */
export async function stopLeftoverPostgres(dataDir: string): Promise<void> {
  const directory = join(dataDir, 'postgres');
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const command = commandLine(pid);
  if (!command.includes('postgres') || !command.includes(directory)) {
    // The pid belongs to something else by now; PostgreSQL itself would refuse to start when that runs as the same user.
    rmSync(pidFile, { force: true });
    return;
  }
  const ended = await endProcess(pid, [
    { signal: 'SIGINT', wait: 15_000 },
    { signal: 'SIGQUIT', wait: 3_000 },
    { signal: 'SIGKILL', wait: 3_000 },
  ]);
  if (!ended) throw new Error(`The PostgreSQL server ${pid} of an earlier run on ${directory} cannot be stopped.`);
}

/** Makes the files beside their final place and renames them, so that an interrupted start leaves nothing half made. */
async function initialise(
  { programs, user, log, signal }: ClusterOptions,
  directory: string,
  passwordFile: string,
): Promise<string> {
  log?.('creating the database files');
  const draft = `${directory}.new`;
  for (const path of [draft, directory]) rmSync(path, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  user.own(draft);
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  user.own(passwordFile);
  const options = ['--username=steadfast', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  const { command, args } = user.wrap(programs.initdb, [`--pgdata=${draft}`, '--locale=C', ...options]);
  await run(command, args, { signal, cwd: draft });
  renameSync(draft, directory);
  return password;
}
