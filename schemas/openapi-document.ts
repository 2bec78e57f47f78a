/** The OpenAPI document as the server itself gives it. */
import type { OpenAPI3 } from 'openapi-typescript';
import { pino } from 'pino';
import { withoutAuthentication } from '../api/auth/authentication.ts';
import { buildHttpApp } from '../api/rest/app.ts';
import type { UseCases } from '../api/use-cases.ts';

/** Makes the document of today, without endpoints for testing. */
export async function makeOpenApiDocument(): Promise<OpenAPI3> {
  const app = await buildHttpApp({
    // Nobody calls a route here; only what they say of themselves is read.
    useCases: { publishTestEvent: undefined } as UseCases,
    readiness: () => Promise.reject(new Error('nobody asks')),
    authentication: withoutAuthentication(),
    logger: pino({ level: 'silent' }),
  });
  await app.ready();
  const document = app.swagger() as unknown as OpenAPI3;
  await app.close();
  return document;
}
