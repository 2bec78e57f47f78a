import { beforeAll, expect, it } from 'vitest';
import { loadDescriptors } from '../../../api/grpc/descriptors.ts';
import { createTestDatabase } from '../../support/database.ts';
import { askHealth } from '../../support/grpc-health.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
});

it.each(['', 'order.sv1.OrderService'])('the health service says that "%s" is serving', async (service) => {
  expect(await askHealth(api.grpc, service)).toBe('SERVING');
});

it('the reflection service knows both contracts', () => {
  expect(Object.keys(loadDescriptors())).toEqual(['order', 'health']);
});
