import { describe, expect, it } from 'vitest';
import { startApi } from '../support.ts';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY } from '../support.ts';

const PATH = '/api/test/payment-simulator';

interface State {
  readonly source: string;
  readonly changed_at?: string;
}

const { url: databaseUrl, db } = await createTestDatabase();
const options = { databaseUrl, temporalAddress: NOBODY, paymentRates: { successRate: 0.9, throwRate: 0.1 } };
const api = await startApi({ ...options, testEndpoints: true });
const strict = await startApi(options);

const SETTINGS = { success_rate: 0.9, throw_rate: 0.1 };
const read = async (server = api) => (await server.request<State>('GET', PATH)).body;
const change = (body: object | string, headers = {}) => api.request<State>('PUT', PATH, { body, headers });
const reset = (headers = {}) => api.request<State>('DELETE', PATH, { headers });

describe('the payment simulator', () => {
  it('goes by its settings until somebody steers it, one rate or both, and after a reset', async () => {
    expect(await read()).toEqual({ ...SETTINGS, source: 'settings', settings: SETTINGS });
    const first = await change({ throw_rate: 1 }, { 'X-Actor': 'ada' });
    expect(first).toMatchObject({ status: 200, body: { success_rate: 0.9, throw_rate: 1, source: 'override' } });
    expect(first.body).toMatchObject({ settings: SETTINGS, changed_by: 'ada' });
    expect(Date.now() - Date.parse(first.body.changed_at!)).toBeLessThan(60_000);
    const second = await change({ success_rate: 0 }, { 'X-Actor': 'ben' });
    expect(second.body).toMatchObject({ success_rate: 0, throw_rate: 1, changed_by: 'ben' });
    expect(await read()).toEqual(second.body);
    expect((await reset()).body).toEqual({ ...SETTINGS, source: 'settings', settings: SETTINGS });
    expect((await reset()).status).toBe(200);
    expect((await read()).source).toBe('settings');
  });

  it('that is steered leaves a trace of who did what', async () => {
    await db`delete from simulator.payment_rates`;
    await change({ throw_rate: 0.5 }, { 'X-Actor': 'eve' });
    await reset({ 'X-Actor': 'eve' });
    await reset({ 'X-Actor': 'eve' });
    const entries = await db`
      select action, subject, result, detail from audit_log where actor = 'eve' order by id`;
    expect([...entries]).toEqual([
      {
        action: 'payment-simulator.change',
        subject: 'payment-simulator',
        result: 'CHANGED',
        detail: { throw_rate: 0.5 },
      },
      { action: 'payment-simulator.reset', subject: 'payment-simulator', result: 'RESET', detail: {} },
    ]);
  });

  it.each([
    [{}, 'body', 'success_rate, throw_rate or both'],
    [{ throw_rate: 1.1 }, 'throw_rate', 'from 0 to 1'],
    [{ success_rate: -0.1 }, 'success_rate', 'from 0 to 1'],
    [{ success_rate: '1' }, 'success_rate', 'must be a number'],
    [{ rate: 1 }, 'rate', 'not a known field'],
  ])('refuses %j', async (body, field, words) => {
    const answer = await api.request('PUT', PATH, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', violations: [{ field }] } });
    expect(answer.body.detail).toContain(words);
  });

  it('names every rate that is wrong at once', async () => {
    const { body } = await api.request('PUT', PATH, { body: { success_rate: 2, throw_rate: -2 } });
    expect(body.violations?.map(({ field }) => field)).toEqual(['success_rate', 'throw_rate']);
  });
});

describe('without test endpoints', () => {
  it('it can be looked at and not steered, and what was wished before does not count', async () => {
    await change({ throw_rate: 1 });
    expect(await read(strict)).toEqual({ ...SETTINGS, source: 'settings', settings: SETTINGS });
    for (const answer of [
      await strict.request('PUT', PATH, { body: { throw_rate: 0 } }),
      await strict.request('DELETE', PATH),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await read()).toMatchObject({ throw_rate: 1, source: 'override' });
    await reset();
  });
});
