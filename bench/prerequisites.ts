/** What a benchmark needs of the machine besides Node and PostgreSQL, looked for before anything is started. */
import { environmentWith } from '../config.ts';
import { findChromium } from '../embedded/chromium.ts';
import { requireSystemPackages, systemPackages } from '../embedded/system-packages.ts';
import { kafkaJars, temporalCli } from './system/system.ts';

/** A program that not every machine has. */
export type Prerequisite = 'temporal' | 'kafka' | 'chromium';

/** Finds each of them, getting it where it can be got; rejects with why there is none and what to do. */
export const findPrerequisite: Readonly<Record<Prerequisite, () => Promise<unknown>>> = {
  temporal: temporalCli,
  kafka: async () => {
    await requireSystemPackages([systemPackages.java]);
    return kafkaJars();
  },
  chromium: () => Promise.try(findChromium, environmentWith({})),
};

/** Programs are missing; the message says which, what for, what to do, and what can be measured without them. */
export class PrerequisiteError extends Error {
  override readonly name = 'PrerequisiteError';
}

/** What is to be run, and what else could be, by name with what each needs. */
export interface Wanted {
  readonly names: readonly string[];
  readonly needs: Readonly<Record<string, readonly Prerequisite[]>>;
}

/** Looks for what these benchmarks need; throws {@link PrerequisiteError} with everything that is missing. */
export async function requirePrerequisites({ names, needs }: Wanted, find = findPrerequisite): Promise<void> {
  const missing = new Map<Prerequisite, string>();
  for (const wanted of new Set(names.flatMap((name) => needs[name] ?? [])))
    await find[wanted]().catch((error: unknown) => {
      missing.set(wanted, error instanceof Error ? error.message : String(error));
    });
  if (missing.size === 0) return;
  const isPossible = (name: string) => !needs[name]?.some((each) => missing.has(each));
  throw new PrerequisiteError(
    [
      ...[...missing].map(([what, why]) => `${what} is missing, which ${needing(what, names, needs)}. ${why}`),
      `Benchmarks that can run without: ${Object.keys(needs).filter(isPossible).join(', ')}.`,
    ].join('\n'),
  );
}

function needing(what: Prerequisite, names: readonly string[], needs: Wanted['needs']): string {
  const found = names.filter((name) => needs[name]?.includes(what));
  return `${found.join(', ')} ${found.length === 1 ? 'needs' : 'need'}`;
}
