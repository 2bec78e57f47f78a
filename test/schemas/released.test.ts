import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSchemas } from '../../events/schemas/json-schemas.ts';
import { makeOpenApiDocument } from '../../schemas/openapi-document.ts';
import { breakingContract, breakingSchemas, keepReleased, mayBreak, readReleased } from '../../schemas/released.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

const PROTO = join(import.meta.dirname, '../../proto');
const schemas = makeSchemas();

describe('a release', () => {
  it('keeps what events, REST and gRPC promise, as it is then', async () => {
    const folder = join(temporaryFolder(), 'released');
    const openApi = { ...(await makeOpenApiDocument()) };
    keepReleased({ schemas, openApi }, folder);
    const { schemas: kept, openApi: document } = readReleased(folder);
    expect(kept).toEqual(new Map(schemas.map(({ name, schema }) => [name, schema])));
    expect(document).toEqual(JSON.parse(JSON.stringify(openApi)));
    expect(breakingContract(folder)).toEqual([]);
  });
});

describe('since the released schemas', () => {
  const released = new Map(schemas.map(({ name, schema }) => [name, schema]));

  it('nothing breaks where nothing has changed or a schema was added', () => {
    expect(breakingSchemas(released, schemas)).toEqual([]);
    released.delete('order.alert.v1');
    expect(breakingSchemas(released, schemas)).toEqual([]);
  });

  it('a schema that is gone and a field that is gone are named', () => {
    const [envelope, first, ...rest] = schemas as [(typeof schemas)[0], (typeof schemas)[0]];
    const { order_id: _, ...properties } = first.schema.properties as Record<string, unknown>;
    const current = [{ ...first, schema: { ...first.schema, properties } }, ...rest];
    expect(breakingSchemas(released, current)).toEqual([
      `${envelope.name} was removed`,
      `${first.name}: order_id was removed`,
    ]);
  });
});

describe('since the released gRPC contract', () => {
  /** The findings where the contract is changed like this. */
  const breaksOf = (edit: (contract: string) => string): string[] => {
    const folder = temporaryFolder();
    cpSync(PROTO, folder, { recursive: true, filter: (path) => !path.endsWith('/gen') });
    const file = join(folder, 'order/v1/order.proto');
    const contract = readFileSync(file, 'utf8');
    const edited = edit(contract);
    expect(edited).not.toBe(contract);
    writeFileSync(file, edited);
    return breakingContract(undefined, folder);
  };

  it('a field more breaks nothing', () => {
    const added = 'message WatchOrderRequest {\n  optional string note = 99;';
    expect(breaksOf((contract) => contract.replace('message WatchOrderRequest {', added))).toEqual([]);
  });

  it.each([
    ['a method that is gone', /rpc WatchOrder\(.*\n/, '', /WatchOrder.*deleted/],
    ['a field that is gone', /optional int32 after_version = 2;/, '', /"2" with name "after_version".*deleted/],
    [
      'a field of another type',
      /optional int32 after_version = 2;/,
      'optional string after_version = 2;',
      /changed type/,
    ],
    ['a field of another name', /optional int32 after_version = 2;/, 'optional int32 since = 2;', /changed name/],
  ])('%s is named', (_what, part, replacement, finding) => {
    expect(breaksOf((contract) => contract.replace(part, replacement)).join('\n')).toMatch(finding);
  });
});

describe('a version', () => {
  it.each([
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.1.9', false],
    ['0.1.0', '0.2.0', true],
    ['0.2.0', '0.1.0', false],
    ['0.9.0', '1.0.0', true],
    ['1.2.3', '1.3.0', false],
    ['1.2.3', '2.0.0', true],
    ['2.0.0', '1.9.0', false],
  ])('after %s, %s may break what was promised: %s', (before, now, may) => {
    expect(mayBreak(before, now)).toBe(may);
  });
});
