/** The schemas as git has them, and what has changed since. */
import { spawnSync } from 'node:child_process';
import type { JsonSchema, NamedSchema } from '../events/schemas/json-schemas.ts';
import { incompatibilities } from './compatibility.ts';

/** The schemas of the commit, by name; undefined where there is no git or no such commit. */
export function readReleased(folder: string, commit = 'HEAD'): ReadonlyMap<string, JsonSchema> | undefined {
  const listed = git(folder, 'ls-tree', '--name-only', commit, './');
  if (listed === undefined) return undefined;
  const files = listed.split('\n').filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(git(folder, 'show', `${commit}:./${file}`) ?? '{}'),
    ]),
  );
}

/** What would break somebody who knows the released schemas; one sentence each. */
export function breakingChanges(released: ReadonlyMap<string, JsonSchema>, current: readonly NamedSchema[]): string[] {
  return [...released].flatMap(([name, before]) => {
    const now = current.find((one) => one.name === name);
    if (now === undefined) return [`${name} was removed`];
    return incompatibilities(before, now.schema, now.direction).map((finding) => `${name}: ${finding}`);
  });
}

function git(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
