/** Compares the schemas with those of the last commit; exits with 1 where a change would break who knows those. */
import { makeSchemas } from '../events/schemas/json-schemas.ts';
import { breakingChanges, readReleased } from './released.ts';

const released = readReleased(import.meta.dirname);
const breaking = released === undefined ? [] : breakingChanges(released, makeSchemas());
for (const finding of breaking) console.error(finding);
if (breaking.length > 0) {
  console.error('Readers and senders of the released schemas would break: see docs/events.md#versions.');
  process.exitCode = 1;
}
