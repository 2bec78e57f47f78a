import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSchemas } from '../../events/schemas/json-schemas.ts';
import { breakingChanges, readReleased } from '../../schemas/released.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

const schemas = makeSchemas();

/** A folder whose `schemas` are released as they are. */
function release(): string {
  const root = temporaryFolder();
  const folder = join(root, 'schemas');
  mkdirSync(folder);
  for (const { name, schema } of schemas) writeFileSync(join(folder, `${name}.json`), JSON.stringify(schema));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd: root });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'release');
  return folder;
}

describe('the released schemas', () => {
  it('are those of the last commit, whatever the files are now', () => {
    const folder = release();
    writeFileSync(join(folder, 'order.created.v1.json'), '{}');
    expect(readReleased(folder)).toEqual(new Map(schemas.map(({ name, schema }) => [name, schema])));
  });

  it('are none outside git', () => {
    expect(readReleased(temporaryFolder())).toBeUndefined();
  });
});

describe('since the released schemas', () => {
  const released = new Map(schemas.map(({ name, schema }) => [name, schema]));

  it('nothing breaks where nothing has changed or a schema was added', () => {
    expect(breakingChanges(released, schemas)).toEqual([]);
    released.delete('order.alert.v1');
    expect(breakingChanges(released, schemas)).toEqual([]);
  });

  it('a schema that is gone and a field that is gone are named', () => {
    const [envelope, first, ...rest] = schemas as [(typeof schemas)[0], (typeof schemas)[0]];
    const { order_id: _, ...properties } = first.schema.properties as Record<string, unknown>;
    const current = [{ ...first, schema: { ...first.schema, properties } }, ...rest];
    expect(breakingChanges(released, current)).toEqual([
      `${envelope.name} was removed`,
      `${first.name}: order_id was removed`,
    ]);
  });
});
