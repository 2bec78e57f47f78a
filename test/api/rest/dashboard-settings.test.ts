import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi } from '../support.ts';

const { url: databaseUrl } = await createTestDatabase();
const read = async (options: Partial<Parameters<typeof startApi>[0]> = {}) => {
  const api = await startApi({ databaseUrl, temporalAddress: NOBODY, ...options });
  return api.request<Record<string, unknown>>('GET', '/api/dashboard/settings');
};

it('the dashboard is told what its pages must know', async () => {
  const { status, body } = await read({
    temporalUiUrl: 'http://127.0.0.1:8233',
    traceUrl: 'http://127.0.0.1:16686/trace/{trace_id}',
    alertLimits: { stuckAfterMs: 300_000, paymentStuckAfterMs: 1500, problematicChanges: 10 },
    paymentRates: { successRate: 0.9, throwRate: 0.1 },
    testEndpoints: true,
    redisUrl: `redis://${NOBODY}`,
    kafkaBrokers: [NOBODY],
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    version: packageJson.version,
    temporal_ui_url: 'http://127.0.0.1:8233',
    temporal_namespace: 'default',
    trace_url_template: 'http://127.0.0.1:16686/trace/{trace_id}',
    approval_limit: 10_000,
    approval_timeout_seconds: 600,
    stuck_after_seconds: 300,
    payment_stuck_after_seconds: 1.5,
    problematic_changes: 10,
    delays: { payment_seconds: 600, preparation_seconds: 600, delivery_seconds: 600 },
    attempts: { payment: 6, carrier: 10 },
    test_endpoints: true,
    features: { kafka: true, redis: true, tracking: false },
    simulator: { success_rate: 0.9, throw_rate: 0.1 },
  });
});

it('what is not configured is not told, also while Postgres is away', async () => {
  const { body } = await read({ databaseUrl: `postgres://nobody@${NOBODY}/nothing` });
  expect(body).toMatchObject({ test_endpoints: false, features: { kafka: false, redis: false } });
  expect(body).not.toHaveProperty('temporal_ui_url');
  expect(body).not.toHaveProperty('trace_url_template');
});

it('no secret is told', async () => {
  const { text } = await read();
  expect(text).not.toContain(databaseUrl);
  expect(text).not.toMatch(/secret|password|postgres:/i);
});
