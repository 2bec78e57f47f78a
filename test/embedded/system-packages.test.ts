import { describe, expect, it } from 'vitest';
import {
  ensureSystemPackages,
  type Machine,
  machineOf,
  requireSystemPackages,
  systemPackages,
  SystemPackagesMissingError,
} from '../../embedded/system-packages.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A machine with these commands on it, where apt-get installs every package that exists; `ran` is what was run. */
function machine({ has, isRoot = true, fails = [] }: { has: string[]; isRoot?: boolean; fails?: string[] }) {
  const there = new Set(has);
  const ran: string[] = [];
  const made: Machine = {
    isRoot,
    has: (command) => Promise.resolve(there.has(command)),
    run: (command, args) => {
      const line = [command, ...args].join(' ');
      ran.push(line);
      if (fails.some((part) => line.includes(part))) return Promise.reject(new Error('E: no such luck'));
      if (line.includes(' install '))
        for (const each of Object.values(systemPackages)) if (args.includes(each.package)) there.add(each.command);
      return Promise.resolve();
    },
  };
  return { machine: made, ran };
}

const { java, maven, redis } = systemPackages;

describe('system packages', () => {
  it('whose programs are there are not installed', async () => {
    const { machine: complete, ran } = machine({ has: ['java', 'mvn', 'apt-get'] });
    await ensureSystemPackages([java, maven], { machine: complete });
    expect(ran).toEqual([]);
  });

  it('that are missing are installed, and only these', async () => {
    const { machine: bare, ran } = machine({ has: ['java', 'apt-get'] });
    const told: string[] = [];
    await ensureSystemPackages([java, maven, redis], { machine: bare, onProgress: (message) => told.push(message) });
    expect(ran).toHaveLength(2);
    expect(ran[0]).toMatch(/^env DEBIAN_FRONTEND=noninteractive apt-get .* update$/);
    expect(ran[1]).toMatch(/apt-get .* install -y --no-install-recommends maven redis-server$/);
    expect(told).toEqual(['installing the system packages maven, redis-server']);
  });

  it('are installed once when two ask at the same time', async () => {
    const { machine: bare, ran } = machine({ has: ['apt-get'] });
    await Promise.all([
      ensureSystemPackages([redis], { machine: bare }),
      ensureSystemPackages([redis], { machine: bare }),
    ]);
    expect(ran.filter((line) => line.includes(' install '))).toHaveLength(1);
  });

  it('are installed with sudo by a user who may', async () => {
    const { machine: bare, ran } = machine({ has: ['apt-get'], isRoot: false });
    await ensureSystemPackages([redis], { machine: bare });
    expect(ran[0]).toBe('sudo -n true');
    expect(ran.slice(1).every((line) => line.startsWith('sudo -n env '))).toBe(true);
  });

  it.each([
    ['where this user may not', { has: ['apt-get'], isRoot: false, fails: ['sudo'] }, 'not root and "sudo -n"'],
    ['where there is no apt-get', { has: [] }, 'there is no apt-get here'],
    ['where apt-get fails', { has: ['apt-get'], fails: [' install '] }, 'apt-get failed: E: no such luck'],
  ])('are an error that says why and what to install %s', async (_where, given, why) => {
    const error: unknown = await ensureSystemPackages([java, maven], { machine: machine(given).machine }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SystemPackagesMissingError);
    const { message } = error as Error;
    expect(message).toContain('java (Debian package default-jre-headless), mvn (Debian package maven)');
    expect(message).toContain(why);
    expect(message).toContain('apt-get install --no-install-recommends default-jre-headless maven');
  });

  it('that are a part of a program are missed where the program is there without it', async () => {
    const part = { command: 'sh', package: 'part-of-dash' };
    await requireSystemPackages([{ ...part, probe: ['-c', 'exit 0'] }]);
    const without = requireSystemPackages([{ ...part, probe: ['-c', 'exit 1'] }]);
    await expect(without).rejects.toThrow('sh (Debian package part-of-dash)');
  });

  it('are looked for on PATH', async () => {
    const shell = { command: 'sh', package: 'dash' };
    await requireSystemPackages([shell]);
    const nowhere = machineOf({ PATH: temporaryFolder() });
    await expect(requireSystemPackages([shell], nowhere)).rejects.toThrow('sh (Debian package dash)');
  });

  it('that fail to install are explained with the last words of the program', async () => {
    const failing = machineOf().run('sh', ['-c', 'echo "E: Unable to locate package" >&2; exit 100']);
    await expect(failing).rejects.toThrow('E: Unable to locate package');
  });
});
