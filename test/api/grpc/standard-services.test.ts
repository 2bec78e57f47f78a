import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { beforeAll, expect, it } from 'vitest';
import { loadDescriptors } from '../../../api/grpc/descriptors.ts';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
});

it.each(['', 'order.sv1.OrderService'])('the health service says that "%s" is serving', async (service) => {
  const definition = loadPackageDefinition(loadSync(protoPath, { enums: String }));
  const { Health } = (definition as unknown as { grpc: { health: { v1: { Health: ServiceClientConstructor } } } }).grpc
    .health.v1;
  const client = new Health(api.grpc, credentials.createInsecure());
  const { check } = client as unknown as {
    check: (request: object, callback: (error: unknown, answer: object) => void) => void;
  };
  const answer = await new Promise((resolve) => {
    check.call(client, { service }, (_error, answered) => resolve(answered));
  });
  expect(answer).toEqual({ status: 'SERVING' });
  client.close();
});

it('the reflection service knows both contracts', () => {
  expect(Object.keys(loadDescriptors())).toEqual(['order', 'health']);
});
