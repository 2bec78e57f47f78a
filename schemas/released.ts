/** The interfaces of the last release, kept in `schemas/released`, and what has changed since. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema, NamedSchema } from '../events/schemas/json-schemas.ts';
import { incompatibilities } from './compatibility.ts';
import { type OpenApiDocument, openApiIncompatibilities } from './openapi-compatibility.ts';

/** What programs outside know of Steadfast, but for the gRPC contract, which `buf` reads and compares. */
export interface Interfaces {
  /** By name. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  readonly openApi: OpenApiDocument;
}

const ROOT = join(import.meta.dirname, '..');
/** Where the last release is kept. */
export const RELEASED = join(import.meta.dirname, 'released');
const CONTRACT = 'contract.binpb';
const OPENAPI = 'openapi.json';

/** The interfaces in a folder. */
export function readReleased(folder = RELEASED): Interfaces {
  const schemas = readdirSync(join(folder, 'events')).map((file): [string, JsonSchema] => [
    file.slice(0, -'.json'.length),
    readJson(join(folder, 'events', file)),
  ]);
  return { schemas: new Map(schemas), openApi: readJson(join(folder, OPENAPI)) };
}

/** Keeps the interfaces of today as those of a release, in place of the last ones. */
export function keepReleased(
  { schemas, openApi }: { schemas: readonly NamedSchema[]; openApi: OpenApiDocument },
  folder = RELEASED,
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'events'), { recursive: true });
  for (const { name, schema } of schemas) writeJson(join(folder, 'events', `${name}.json`), schema);
  writeJson(join(folder, OPENAPI), openApi);
  copyFileSync(join(ROOT, 'proto/gen', CONTRACT), join(folder, CONTRACT));
}

/** What would break somebody who knows the released schemas; one sentence each. */
export function breakingSchemas(released: Interfaces['schemas'], current: readonly NamedSchema[]): string[] {
  return [...released].flatMap(([name, before]) => {
    const now = current.find((one) => one.name === name);
    if (now === undefined) return [`${name} was removed`];
    return incompatibilities(before, now.schema, now.direction).map((finding) => `${name}: ${finding}`);
  });
}

/** The same of the REST interface. */
export const breakingRoutes = openApiIncompatibilities;

/** The same of the gRPC contract: `proto`, or the folder that is named, against the released one. */
export function breakingContract(folder = RELEASED, proto = join(ROOT, 'proto')): string[] {
  const buf = join(ROOT, 'node_modules/.bin/buf');
  const comparison = ['breaking', proto, '--against', join(folder, CONTRACT)];
  const { status, stdout, stderr, error } = spawnSync(buf, comparison, { encoding: 'utf8' });
  if (error) throw error;
  if (status === 0) return [];
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
}

/**
 * Whether a release of this version may break what one of that version promised: a new major version may, and before 1.0
 * a new minor one.
 */
export function mayBreak(released: string, version: string): boolean {
  const [before = [], now = []] = [released, version].map((text) => text.split('.').map(Number));
  const [major = 0, minor = 0] = now;
  if (major !== before[0]) return major > (before[0] ?? 0);
  return major === 0 && minor > (before[1] ?? 0);
}

function readJson(file: string): JsonSchema {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}
