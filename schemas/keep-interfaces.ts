/** `npm run keep-interfaces`: keeps the interfaces of today as those of a release, to be compared with from now on. */
import { makeSchemas } from '../events/schemas/json-schemas.ts';
import { makeOpenApiDocument } from './openapi-document.ts';
import { keepReleased } from './released.ts';

keepReleased({ schemas: makeSchemas(), openApi: { ...(await makeOpenApiDocument()) } });
