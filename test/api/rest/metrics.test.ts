import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { readExposition, valueOf } from '../../telemetry/exposition.ts';
import { startApi } from '../support.ts';

const ADMIN_KEY = 'an-admin-key-of-more-than-32-characters';

describe('GET /metrics', () => {
  it('wants the key of an operator where authentication is on', async () => {
    const { url } = await createTestDatabase();
    const api = await startApi({ databaseUrl: url, authentication: { adminKey: ADMIN_KEY } });
    expect((await api.request('GET', '/metrics')).status).toBe(401);
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    expect((await api.request('GET', '/metrics', { headers })).status).toBe(200);
    await until('the database has answered in time', async () => {
      const { text } = await api.request('GET', '/metrics', { headers });
      return valueOf(readExposition(text), 'steadfast_orders_created_total') === 0;
    });
  });

  it('answers without PostgreSQL, and says nothing of what only that knows', async () => {
    const away = await startApi({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none' });
    const { status, text } = await away.request('GET', '/metrics');
    expect(status).toBe(200);
    const families = readExposition(text);
    expect(valueOf(families, 'steadfast_dependency_up', { dependency: 'postgres' })).toBe(0);
    expect(families.find(({ name }) => name === 'steadfast_orders')?.samples).toEqual([]);
    expect(families.find(({ name }) => name === 'steadfast_orders_created_total')?.samples).toEqual([]);
    expect(valueOf(families, 'steadfast_http_requests_in_flight')).toBeGreaterThan(0);
  });

  it('reads the database once for scrapers that come together', async () => {
    const { url } = await createTestDatabase();
    const api = await startApi({ databaseUrl: url });
    const scrapes = await Promise.all(Array.from({ length: 20 }, () => api.request('GET', '/metrics')));
    const figures = scrapes.map(({ text }) => valueOf(readExposition(text), 'steadfast_database_connections'));
    expect(figures).toEqual(figures.map(() => expect.any(Number) as number));
    expect(new Set(figures).size).toBe(1);
  });
});
