/** What the Web UI and the command line of Temporal ask for: payloads that were encrypted, in the open. */
import { execFile } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, inject, it } from 'vitest';
import type { Problem } from '../../../api/errors.ts';
import { workflowId } from '../../../domain/lifecycle.ts';
import { createPayloadCodec, type PayloadKey } from '../../../events/payload-codec.ts';
import { LONG_MS, startLifecycle } from '../../support/lifecycle.ts';
import { addKey, bearer } from '../access/credentials.ts';
import { startApi } from '../support.ts';

interface PayloadJson {
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly data?: string | null;
}
interface Payloads {
  readonly payloads: readonly PayloadJson[];
}
interface History {
  readonly events: readonly { workflowExecutionStartedEventAttributes?: { readonly input: Payloads } }[];
}

const CODEC = '/api/temporal/codec';
const UI = 'http://127.0.0.1:8233';
const keyOf = (id: string): PayloadKey => ({ id, key: createSecretKey(randomBytes(32)) });
const keys = [keyOf('2026'), keyOf('2025')];

const steadfast = await startLifecycle({ payloadKeys: keys, settings: { preparationDelayMs: LONG_MS } });
const api = await startApi({
  databaseUrl: steadfast.url,
  temporalAccess: { payloadKeys: keys },
  authentication: {},
  corsOrigins: [UI],
});
const admin = bearer((await addKey(steadfast.db, { role: 'admin' })).text);

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const toJson = ({ metadata, data }: Payload): PayloadJson => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});
const open = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const sealed = async (value: unknown, by = keys): Promise<Payload> => {
  const [payload] = await createPayloadCodec(by).encode([open(value)]);
  return payload!;
};
const decode = <Body>(payloads: readonly PayloadJson[]) =>
  api.request<Body>('POST', `${CODEC}/decode`, { body: { payloads }, headers: admin });

describe('an order whose payloads are encrypted', () => {
  it('is read by the command line of Temporal with the key of an admin', async () => {
    const orderId = await steadfast.order();
    await steadfast.reached(orderId, 'PROCESSING');
    const input = async (...codec: string[]) => {
      const where = ['--address', inject('temporalAddress'), '--workflow-id', workflowId(orderId), '--output', 'json'];
      const { stdout } = await promisify(execFile)(inject('temporalCli'), ['workflow', 'show', ...where, ...codec]);
      const [started] = (JSON.parse(stdout) as History).events;
      return started?.workflowExecutionStartedEventAttributes?.input.payloads.map(({ data }) =>
        Buffer.from(data ?? '', 'base64').toString(),
      );
    };
    expect(String(await input())).not.toContain('customer-001');
    const codec = ['--codec-endpoint', `${api.http}${CODEC}`, '--codec-auth', admin.authorization ?? ''];
    expect(await input(...codec)).toEqual([expect.stringContaining('"customer-001"')]);
  });
});

describe('payloads', () => {
  it('come back in the open and in their order, those of a former key and those that were never encrypted, too', async () => {
    const given = [
      await sealed({ number: 1 }),
      open('two'),
      await sealed('three', [keys[1]!]),
      await sealed(undefined),
    ];
    const { status, headers, body } = await decode<Payloads>(given.map(toJson));
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.payloads).toEqual([{ number: 1 }, 'two', 'three', undefined].map((value) => toJson(open(value))));
  });

  it('that are empty, as the JSON of Temporal may say it in two ways, come back empty', async () => {
    const { status, body } = await decode<Payloads>([{}, { metadata: null, data: null }]);
    expect([status, body.payloads]).toEqual([200, Array(2).fill({ metadata: {}, data: '' })]);
  });

  it('that cannot be decrypted are named with the key that is missing', async () => {
    const altered = await sealed('altered');
    altered.data![20]! ^= 1;
    const given = [await sealed('fine'), await sealed('lost', [keyOf('2024')]), altered];
    const { status, body } = await decode<Problem>(given.map(toJson));
    expect(status).toBe(400);
    expect(body.violations).toEqual([
      expect.objectContaining({
        field: 'payloads[1]',
        rule: 'payload',
        message: expect.stringContaining('"2024"') as string,
      }),
      expect.objectContaining({
        field: 'payloads[2]',
        rule: 'payload',
        message: expect.stringContaining('altered') as string,
      }),
    ]);
  });

  it.each([
    ['no list', { payloads: 'x' }, 'payloads'],
    ['no base64', { payloads: [{ data: '%' }] }, 'payloads[0].data'],
    ['metadata that are no base64', { payloads: [{ metadata: { encoding: 'é' } }] }, 'payloads[0].metadata.encoding'],
  ])('that are %s are refused', async (_, body, field) => {
    const answer = await api.request('POST', `${CODEC}/decode`, { body, headers: admin });
    expect(answer).toMatchObject({ status: 400, body: { violations: [{ field, rule: 'shape' }] } });
  });

  it('are not decrypted for an operator', async () => {
    const headers = bearer((await addKey(steadfast.db, { role: 'operator' })).text);
    const answer = await api.request('POST', `${CODEC}/decode`, { body: { payloads: [] }, headers });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('are all in the open where there are no keys, and none is decrypted', async () => {
    const other = await startApi({ databaseUrl: steadfast.url });
    const ask = (payload: Payload) =>
      other.request<Payloads>('POST', `${CODEC}/decode`, { body: { payloads: [toJson(payload)] } });
    expect((await ask(open(1))).body.payloads).toEqual([toJson(open(1))]);
    expect((await ask(await sealed(1))).status).toBe(400);
  });
});

describe('the Web UI, a page of another origin', () => {
  const asked = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-namespace',
  };
  const preflight = (path: string, origin: string) => api.request('OPTIONS', path, { headers: { ...asked, origin } });

  it('may send the session of an admin where it is named', async () => {
    const { headers: permission } = await preflight(`${CODEC}/decode`, UI);
    expect(permission.get('access-control-allow-origin')).toBe(UI);
    expect(permission.get('access-control-allow-credentials')).toBe('true');
    expect(permission.get('access-control-allow-headers')).toContain('x-namespace');

    const session = await api.request('POST', '/api/session', {
      body: { credential: admin.authorization?.replace('Bearer ', '') },
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    const [cookie = ''] = session.headers.getSetCookie()[0]?.split(';') ?? [];
    const headers = { cookie, origin: UI, 'sec-fetch-site': 'same-site', 'x-namespace': 'default' };
    const body = { payloads: [toJson(await sealed('shown'))] };
    const answer = await api.request<Payloads>('POST', `${CODEC}/decode`, { body, headers });
    expect(answer.body.payloads).toEqual([toJson(open('shown'))]);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');

    const change = await api.request('POST', '/api/keys', { body: { name: 'x', role: 'admin' }, headers });
    expect(change).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('may not where it is not named, nor anywhere else', async () => {
    const others = await preflight(`${CODEC}/decode`, 'https://evil.example');
    expect(others.headers.get('access-control-allow-origin')).toBeNull();
    const elsewhere = await preflight('/api/orders', UI);
    expect(elsewhere.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
