import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly responses: Record<string, unknown>;
}
interface Schema {
  readonly properties?: Record<string, { readonly type?: string }>;
}
interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly documented: readonly string[];
}

let api: TestApi;
let routes: Route[];

beforeAll(async () => {
  const { url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY, testEndpoints: true });
  const { body } = await api.request<{ paths: Record<string, Record<string, Operation>> }>('GET', '/openapi.json');
  routes = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { requestBody }]) => requestBody)
      .map(([method, { operationId, requestBody, responses }]) => ({
        name: operationId,
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, 'order-1'),
        fields: Object.keys(requestBody!.content['application/json']!.schema.properties ?? {}),
        documented: Object.keys(responses),
      })),
  );
});

/** Values that no field of any route takes, as they stand in the text of the body. */
const VALUES = {
  NaN: 'NaN',
  Infinity: '-Infinity',
  '1e309': '1e309',
  '-1e309': '-1e309',
  '2^53+1': '9007199254740993',
  'a lone high surrogate': String.raw`"\ud800"`,
  'a lone low surrogate': String.raw`"x\udc00"`,
  'U+0000': String.raw`"a\u0000b"`,
  'a list 10,000 deep': `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  'objects 10,000 deep': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  'the prototype': '{"__proto__":{"isAdmin":true}}',
  'the prototype by its constructor': '{"constructor":{"prototype":{"isAdmin":true}}}',
  'a field twice': '{"a":1,"a":2}',
  'too many values': `[${'1,'.repeat(30_000)}1]`,
} as const;

/** Whole bodies that no route takes. */
const BODIES: Readonly<Record<string, string | Uint8Array>> = {
  'a number': '-1',
  'a text': '"x"',
  'a list': '[]',
  nothing: 'null',
  'half of an object': '{"a":',
  'two objects': '{}{}',
  'no text in UTF-8': new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  'UTF-16': new Uint8Array(Buffer.from('\ufeff{}', 'utf16le')),
  'the prototype': '{"__proto__":{"isAdmin":true}}',
  'an unknown field': '{"nobody_knows_it":1}',
  'more than a megabyte': `{"a":"${'x'.repeat(1_100_000)}"}`,
  'a field twice': '{"a":1,"a":1}',
};

const BOMB = gzipSync(Buffer.alloc(20 * 1_048_576, ' '));

/** Everything that was not refused as it has to be: with a documented 4xx that is a problem. */
async function findFaults(send: (route: Route) => Iterable<[string, Parameters<TestApi['request']>[2]]>) {
  const faults: string[] = [];
  for (const route of routes) {
    const { name, method, path, documented } = route;
    for (const [what, request] of send(route)) {
      const { status, headers, body } = await api.request(method, path, request);
      const isRefused = status >= 400 && status < 500 && body.status === status;
      const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
      if (!isRefused || !isProblem || !documented.includes(String(status)))
        faults.push(`${name} answers ${status} to ${what.slice(0, 60)}: ${JSON.stringify(body)}`.slice(0, 300));
    }
  }
  return faults;
}

describe('every route that takes a body refuses', () => {
  it('is found in the document', () => {
    expect(routes.length).toBeGreaterThanOrEqual(18);
  });

  it('values that programs cannot hold, in each of its fields', async () => {
    const faults = await findFaults(function* ({ fields }) {
      for (const field of fields.length > 0 ? fields : ['any'])
        for (const [what, value] of Object.entries(VALUES))
          yield [`${what} in ${field}`, { body: `{"${field}":${value}}` }];
    });
    expect(faults).toEqual([]);
  });

  it('what is no object, or not one that it knows', async () => {
    const faults = await findFaults(function* () {
      for (const [what, body] of Object.entries(BODIES)) yield [what, { body }];
    });
    expect(faults).toEqual([]);
  });

  it('a compressed body without unpacking it', async () => {
    const faults = await findFaults(function* () {
      yield ['a gzip bomb', { body: new Uint8Array(BOMB), headers: { 'content-encoding': 'gzip' } }];
      const brotli = new Uint8Array(brotliCompressSync('{}'));
      yield ['brotli', { body: brotli, headers: { 'content-encoding': 'br' } }];
      yield ['several times gzip', { body: '{}', headers: { 'content-encoding': 'gzip, gzip' } }];
      yield ['nobody’s encoding', { body: '{}', headers: { 'content-encoding': 'x' } }];
    });
    expect(faults).toEqual([]);
  });

  it('another type than JSON', async () => {
    const faults = await findFaults(function* () {
      for (const type of [
        'text/plain',
        'application/xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'x',
      ])
        yield [type, { body: '{}', headers: { 'content-type': type } }];
    });
    expect(faults).toEqual([]);
  });
});
