import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { withoutAuthentication } from '../../../api/auth/authentication.ts';
import { asPublic, demandDeclaredAccess, guardRoutes } from '../../../api/rest/access.ts';

/** An application that is checked as the real one is. */
function begin() {
  const app = Fastify();
  const demandAccess = demandDeclaredAccess(app);
  guardRoutes(app, withoutAuthentication(), { countRefused: () => undefined, demandRoomForUnknown: () => undefined });
  return { app, demandAccess };
}

it('an application with a route that does not say who may call it is not built', () => {
  const { app, demandAccess } = begin();
  app.get('/declared', { config: { access: 'operator' } }, () => 'yes');
  expect(demandAccess).not.toThrow();
  app.get('/silent', () => 'no');
  expect(demandAccess).toThrow(/GET \/silent/);
});

it('a route that is not public cannot be hidden from the OpenAPI document', () => {
  const { app, demandAccess } = begin();
  app.get('/hidden', { config: { access: 'admin' }, schema: { hide: true } }, () => 'no');
  expect(demandAccess).toThrow(/GET \/hidden/);
});

it('a route that a package makes can be declared public', async () => {
  const { app, demandAccess } = begin();
  await asPublic(app, (scope) => scope.get('/made', () => 'yes'));
  expect(demandAccess).not.toThrow();
  expect((await app.inject('/made')).body).toBe('yes');
});
