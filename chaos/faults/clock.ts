/** Wall clocks of processes that can be shifted while they run, by libfaketime. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Clocks by process name. */
export interface Clocks {
  /** What a process must have in its environment for its clock to be shifted. */
  environmentOf(name: string): NodeJS.ProcessEnv;
  /** Shifts a clock by milliseconds from the true time; 0 sets it right. It takes up to a second to be seen. */
  shift(name: string, byMs: number): void;
}

/** Prepares clocks in a folder; answers undefined where libfaketime is not installed. */
export function prepareClocks(folder: string): Clocks | undefined {
  const library = findLibrary();
  if (library === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const fileOf = (name: string) => join(folder, name);
  const shift = (name: string, byMs: number) => {
    const draft = `${fileOf(name)}.new`;
    writeFileSync(draft, `${byMs < 0 ? '-' : '+'}${Math.abs(byMs) / 1000}\n`);
    renameSync(draft, fileOf(name));
  };
  return {
    environmentOf: (name) => {
      shift(name, 0);
      return {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: fileOf(name),
        FAKETIME_CACHE_DURATION: '1',
        // Timers go by the monotonic clock, which nobody can set on a real machine either.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        FAKETIME_DONT_RESET: '1',
        NO_FAKE_STAT: '1',
      };
    },
    shift,
  };
}

/** The program `faketime` knows where its library is. */
function findLibrary(): string | undefined {
  const { status, stdout } = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
