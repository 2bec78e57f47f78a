/**
 * Compares events, REST and gRPC with those of the last release. Exits with 1 where a change would break who knows those,
 * unless the version says that it may.
 */
import { makeSchemas } from '../events/schemas/json-schemas.ts';
import packageJson from '../package.json' with { type: 'json' };
import { makeOpenApiDocument } from './openapi-document.ts';
import { breakingContract, breakingRoutes, breakingSchemas, mayBreak, readReleased } from './released.ts';

const released = readReleased();
const breaking = [
  ...breakingSchemas(released.schemas, makeSchemas()),
  ...breakingRoutes(released.openApi, { ...(await makeOpenApiDocument()) }),
  ...breakingContract(),
];
const { version: releasedVersion } = released.openApi.info as { version: string };
for (const finding of breaking) console.error(finding);
if (breaking.length > 0 && mayBreak(releasedVersion, packageJson.version))
  console.error(
    `Version ${packageJson.version} may break what ${releasedVersion} promised; the changelog must say so.`,
  );
else if (breaking.length > 0) {
  console.error(`Who knows the interfaces of ${releasedVersion} would break: see docs/releasing.md.`);
  process.exitCode = 1;
}
