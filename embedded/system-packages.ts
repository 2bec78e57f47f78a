import { execFile } from 'node:child_process';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitForLock } from './lock.ts';

const run = promisify(execFile);

/** A program, and the Debian package that holds it. */
export interface SystemPackage {
  readonly command: string;
  readonly package: string;
  /** Where the package is a part of a program that may be there without it: what the program does only with it. */
  readonly probe?: readonly string[];
}

/** The programs that Kafka, Redis, the browser, certificates, shifted clocks and fuzzing need in `npm test`. */
export const systemPackages = {
  java: { command: 'java', package: 'default-jre-headless' },
  maven: { command: 'mvn', package: 'maven' },
  redis: { command: 'redis-server', package: 'redis-server' },
  chromium: { command: 'chromium', package: 'chromium' },
  faketime: { command: 'faketime', package: 'faketime' },
  openssl: { command: 'openssl', package: 'openssl' },
  venv: { command: 'python3', package: 'python3-venv', probe: ['-c', 'import ensurepip, venv'] },
} as const satisfies Record<string, SystemPackage>;

/** Programs are missing and cannot be installed; the message names them, says why, and what to install. */
export class SystemPackagesMissingError extends Error {
  override readonly name = 'SystemPackagesMissingError';
}

/** The machine as installing sees it. */
export interface Machine {
  readonly isRoot: boolean;
  /** Whether this program can be run by its name. */
  readonly has: (command: string) => Promise<boolean>;
  /** Runs a program to its end; throws with what it said when it fails. */
  readonly run: (command: string, args: readonly string[]) => Promise<void>;
}

/** How to install: on which machine (this one), and whom to tell. */
export interface InstallOptions {
  readonly machine?: Machine;
  /** Told in a few words what takes its time. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Installs the packages of those programs that are missing, with apt-get as root or by `sudo -n`; two processes do that one
 * after the other. Throws {@link SystemPackagesMissingError} where it cannot.
 */
export async function ensureSystemPackages(
  wanted: readonly SystemPackage[],
  { machine = machineOf(), ...options }: InstallOptions = {},
): Promise<void> {
  if ((await missingOf(wanted, machine)).length === 0) return;
  const lock = await waitForLock(join(tmpdir(), `steadfast-packages-${userInfo().uid}.lock`), {
    ...options,
    doing: 'installing system packages',
  });
  try {
    const missing = await missingOf(wanted, machine);
    if (missing.length > 0) await install(missing, machine, options.onProgress);
  } finally {
    lock.release();
  }
}

/** Throws {@link SystemPackagesMissingError} when one of these programs is missing; installs nothing. */
export async function requireSystemPackages(
  wanted: readonly SystemPackage[],
  machine: Machine = machineOf(),
): Promise<void> {
  const missing = await missingOf(wanted, machine);
  if (missing.length > 0) throw missingError(missing);
}

/** This machine, with the environment of this process or another. */
export function machineOf(environment?: NodeJS.ProcessEnv): Machine {
  const env = environment === undefined ? {} : { env: environment };
  return {
    isRoot: process.getuid?.() === 0,
    has: (command) =>
      run('sh', ['-c', 'command -v "$1"', 'sh', command], env).then(
        () => true,
        () => false,
      ),
    run: async (command, args) => {
      await run(command, args, { ...env, maxBuffer: 64 * 1024 * 1024 }).catch((error: unknown) => {
        throw new Error(lastWords(error), { cause: error });
      });
    },
  };
}

async function install(
  missing: readonly SystemPackage[],
  machine: Machine,
  onProgress: InstallOptions['onProgress'],
): Promise<void> {
  const prefix = await adminPrefix(machine);
  if (!(await machine.has('apt-get'))) throw missingError(missing, 'there is no apt-get here');
  if (prefix === undefined) throw missingError(missing, 'this user is not root and "sudo -n" does not work');
  const aptGet = async (...args: string[]) => {
    // Other programs on the machine install too; their lock is waited for.
    const options = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
    const [command = 'env', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...options];
    await machine.run(command, [...rest, ...args]);
  };
  const names = namesOf(missing);
  onProgress?.(`installing the system packages ${names.join(', ')}`);
  try {
    await aptGet('update');
    await aptGet('install', '-y', '--no-install-recommends', ...names);
  } catch (error) {
    throw missingError(missing, `apt-get failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  const still = await missingOf(missing, machine);
  if (still.length > 0) throw missingError(still, 'apt-get installed the packages, and still they are not on PATH');
}

/** What stands before a command that only root may run; `undefined` where this user may not. */
async function adminPrefix(machine: Machine): Promise<string[] | undefined> {
  if (machine.isRoot) return [];
  const allowed = await machine.run('sudo', ['-n', 'true']).then(
    () => true,
    () => false,
  );
  return allowed ? ['sudo', '-n'] : undefined;
}

async function missingOf(wanted: readonly SystemPackage[], machine: Machine): Promise<SystemPackage[]> {
  const isThere = await Promise.all(wanted.map((each) => isOn(machine, each)));
  return wanted.filter((_each, index) => isThere[index] !== true);
}

async function isOn(machine: Machine, { command, probe }: SystemPackage): Promise<boolean> {
  if (!(await machine.has(command))) return false;
  if (probe === undefined) return true;
  return machine.run(command, probe).then(
    () => true,
    () => false,
  );
}

function missingError(missing: readonly SystemPackage[], reason?: string): SystemPackagesMissingError {
  const programs = missing.map((each) => `${each.command} (Debian package ${each.package})`).join(', ');
  return new SystemPackagesMissingError(
    `Not on this machine: ${programs}${reason === undefined ? '' : `; not installed, because ${reason}`}.\n` +
      `What to do: install what is missing, on Debian with "apt-get install --no-install-recommends ${namesOf(missing).join(' ')}".`,
  );
}

function namesOf(packages: readonly SystemPackage[]): string[] {
  return [...new Set(packages.map((each) => each.package))];
}

function lastWords(error: unknown): string {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? message : lines.slice(-4).join(' | ');
}
