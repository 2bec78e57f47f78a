/** Every method of gRPC × every kind of credentials, as the running server's own reflection has them. */
import { Client, credentials, status } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { accessTo } from '../../api/grpc/access.ts';
import { USUAL_LIMITS } from '../../api/limits/settings.ts';
import { ROLES, rolesFor } from '../../domain/access.ts';
import { codeIn, readDocument, tableUnder } from '../docs/documents.ts';
import { createTestDatabase } from '../support/database.ts';
import { ADA, AUDIENCE, badCredentials, BOB, goodCredentials, ISSUER, JWT_SECRET } from './access/credentials.ts';
import { callMethod, type Method, reflectMethods } from './access/grpc-methods.ts';
import { accept } from '../db/order-fixture.ts';
import { detailsOf } from './grpc/error-details.ts';
import { startApi } from './support.ts';

const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({
  databaseUrl,
  authentication: { tokens: { key: { secret: JWT_SECRET }, issuer: ISSUER, audience: AUDIENCE } },
  limits: USUAL_LIMITS,
});
const methods = await reflectMethods(api.grpc);
const client = new Client(api.grpc, credentials.createInsecure());
afterAll(() => {
  client.close();
});
const good = await goodCredentials(db);
const bad = await badCredentials(db);
const accessOf = ({ name }: Method) => accessTo(`/${name}`);
const REFUSALS = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];

describe('the table of methods', () => {
  it('is that of the running server', () => {
    const told = tableUnder('gRPC', readDocument('docs/access.md')).map(([method = '', ...cells]) => [
      codeIn(method)[0],
      ...cells,
    ]);
    const actual = methods.map((method) => {
      const access = accessOf(method);
      return [
        method.name,
        ...ROLES.map((role) => {
          if (access === 'public') return 'public';
          if (!rolesFor(access).includes(role)) return '–';
          return role === 'customer' ? 'own' : 'yes';
        }),
      ];
    });
    expect(told.sort()).toEqual(actual.sort());
  });
});

describe.each(methods.filter((method) => accessOf(method) === 'public'))('$name', (method) => {
  it('needs no credentials, and looks at none', async () => {
    for (const { name, headers } of [{ name: 'none', headers: {} }, ...bad.slice(0, 3)])
      expect(REFUSALS, name).not.toContain((await callMethod(client, method, headers)).code);
  });
});

describe.each(methods.filter((method) => accessOf(method) !== 'public'))('$name', (method) => {
  const roles = rolesFor(accessOf(method));

  it('refuses who has no credentials', async () => {
    const { code, error } = await callMethod(client, method, {});
    expect(code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(error!)).toMatchObject({ errorInfo: { reason: 'UNAUTHENTICATED', domain: 'steadfast' } });
  });

  it('refuses credentials that are no good', async () => {
    for (const { name, headers } of bad)
      expect((await callMethod(client, method, headers)).code, name).toBe(status.UNAUTHENTICATED);
  });

  it(`lets in ${roles.join(' and ')}, and nobody else`, async () => {
    for (const { name, role, headers } of good) {
      const named = 'customer_id' in method.fields ? { customer_id: ADA } : {};
      const { code, error } = await callMethod(client, method, headers, named);
      if (roles.includes(role)) expect(REFUSALS, name).not.toContain(code);
      else {
        expect(code, name).toBe(status.PERMISSION_DENIED);
        expect(detailsOf(error!)).toMatchObject({ errorInfo: { reason: 'FORBIDDEN' } });
      }
    }
  });
});

describe.each(methods.filter((method) => accessOf(method) === 'customer'))('$name for a customer', (method) => {
  it('is about their own orders only', async () => {
    const bobsOrder = await accept(db, { customerId: BOB });
    for (const { headers } of good.filter(({ role }) => role === 'customer')) {
      if ('customer_id' in method.fields) {
        const { code, error } = await callMethod(client, method, headers, { customer_id: BOB });
        expect(code).toBe(status.PERMISSION_DENIED);
        expect(detailsOf(error!)).toMatchObject({ badRequest: { fieldViolations: [{ field: 'customer_id' }] } });
        continue;
      }
      expect(method.fields, 'a customer may call what cannot be probed').toHaveProperty('order_id');
      const unknown = `${bobsOrder}-0`;
      const others = await callMethod(client, method, headers, { order_id: bobsOrder });
      const nobodys = await callMethod(client, method, headers, { order_id: unknown });
      expect(nobodys.code).toBe(status.NOT_FOUND);
      expect(others).toMatchObject({ code: nobodys.code, details: nobodys.details.replaceAll(unknown, bobsOrder) });
    }
  });
});
