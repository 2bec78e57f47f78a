/** `npm run generate`: writes the JSON Schemas as files, into this folder or the one that is named. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSchemas } from '../events/schemas/json-schemas.ts';

const [folder = import.meta.dirname] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const { name, schema } of makeSchemas())
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
