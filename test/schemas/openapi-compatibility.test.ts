import { describe, expect, it } from 'vitest';
import { openApiIncompatibilities } from '../../schemas/openapi-compatibility.ts';
import { makeOpenApiDocument } from '../../schemas/openapi-document.ts';

interface Route {
  parameters?: { name: string; in: string; required?: boolean; schema: Record<string, unknown> }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
  'x-roles'?: string[];
}

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: string[];
  maxLength?: number;
}

interface Document {
  [field: string]: unknown;
  paths: Record<string, Record<string, Route>>;
  components: { schemas: Record<string, Schema> };
}

const released = JSON.parse(JSON.stringify(await makeOpenApiDocument())) as Document;

/** The findings after an edit of the real document. */
function breaksOf(edit: (document: Document) => void): string[] {
  const edited = structuredClone(released);
  edit(edited);
  expect(edited).not.toEqual(released);
  return openApiIncompatibilities(released, edited);
}

const route = (document: Document, method: string, path: string): Route => document.paths[path]![method]!;
const newOrder = (document: Document): Schema =>
  route(document, 'post', '/api/orders').requestBody!.content['application/json']!.schema;
const order = (document: Document): Schema => document.components.schemas.Order!;
const parameters = (document: Document) => route(document, 'get', '/api/orders').parameters!;

it('the document of today is compatible with itself', () => {
  expect(openApiIncompatibilities(released, structuredClone(released))).toEqual([]);
});

describe('a change that breaks nobody passes:', () => {
  it.each<[string, (document: Document) => void]>([
    ['a route more', (document) => (document.paths['/api/more'] = document.paths['/api/orders']!)],
    ['a parameter more', (document) => parameters(document).push({ name: 'more', in: 'query', schema: {} })],
    ['a field more in a request', (document) => (newOrder(document).properties!.note = { type: 'string' })],
    ['a field more in an answer', (document) => (order(document).properties!.note = { type: 'string' })],
    ['a refusal more', (document) => (route(document, 'get', '/api/orders').responses['418'] = {})],
    ['a demand less', (document) => (newOrder(document).required = ['items'])],
    ['a wider bound', (document) => (newOrder(document).properties!.customer_id!.maxLength = 1000)],
    ['a role more', (document) => route(document, 'get', '/api/audit')['x-roles']!.push('guest')],
  ])('%s', (_what, edit) => {
    expect(breaksOf(edit)).toEqual([]);
  });
});

describe('a change that breaks somebody is named:', () => {
  it.each<[string, (document: Document) => void, RegExp]>([
    ['a route that is gone', ({ paths }) => delete paths['/api/timeline'], /^GET \/api\/timeline: was removed$/],
    ['a method that is gone', ({ paths }) => delete paths['/api/orders']!.post, /^POST \/api\/orders: was removed$/],
    [
      'a parameter that is gone',
      (document) => parameters(document).splice(0, 1),
      /^GET \/api\/orders: query parameter \w+ was removed$/,
    ],
    [
      'a parameter that must be given',
      (document) => parameters(document).push({ name: 'shop', in: 'query', required: true, schema: {} }),
      /query parameter shop is new and must be given/,
    ],
    [
      'a field that a request may not have any more',
      (document) => delete newOrder(document).properties!.payment_method,
      /the body: payment_method was removed/,
    ],
    [
      'a field that a request must have',
      (document) => newOrder(document).required!.push('order_id'),
      /the body: order_id must be given now/,
    ],
    [
      'a narrower bound',
      (document) => (newOrder(document).properties!.customer_id!.maxLength = 5),
      /the body: customer_id has maxLength 5 now, not 100/,
    ],
    [
      'a value that is not taken any more',
      (document) => newOrder(document).properties!.payment_method!.enum!.pop(),
      /the body: payment_method does not take "DIGITAL_WALLET" any more/,
    ],
    [
      'a field that an answer lacks',
      (document) => delete order(document).properties!.total_minor,
      /total_minor was removed/,
    ],
    [
      'a field that an answer may lack',
      (document) => (order(document).required = order(document).required!.filter((name) => name !== 'id')),
      /id may be absent now/,
    ],
    [
      'a field of another type',
      (document) => (order(document).properties!.total_minor = { type: 'string' }),
      /total_minor may be string now, not only integer/,
    ],
    [
      'a value that nobody knows',
      (document) => order(document).properties!.status!.enum!.push('LOST'),
      /status may be "LOST" now/,
    ],
    [
      'a success of another status',
      (document) => {
        const { responses } = route(document, 'post', '/api/orders');
        responses['202'] = responses['201']!;
        delete responses['201'];
      },
      /POST \/api\/orders: does not answer 201 any more\n.*may answer 202 now/,
    ],
    [
      'another content type',
      (document) => {
        const { content } = route(document, 'get', '/api/orders').responses['200']!;
        content!['text/csv'] = content!['application/json']!;
        delete content!['application/json'];
      },
      /the answer 200 is no application\/json any more/,
    ],
    [
      'a role that may not call it any more',
      (document) => (route(document, 'get', '/api/orders')['x-roles'] = ['admin']),
      /GET \/api\/orders: is closed to \w+ now/,
    ],
  ])('%s', (_what, edit, finding) => {
    expect(breaksOf(edit).join('\n')).toMatch(finding);
  });
});
