import { isSchemaCurrent } from '../../db/schema-version.ts';
import type { Check } from '../check.ts';

/** Whether the database has the tables of this version. The others are not asked before that is so. */
export const schema: Check = {
  name: 'schema',
  compares: 'the tables of the database with those that this version needs',
  needs: ['postgres'],
  isByOrder: false,
  async *find({ db }) {
    if (await isSchemaCurrent(db)) return;
    yield {
      key: 'behind',
      found: 'The database has not been brought up to date for this version.',
      means: 'Statements of this version may fail; no other comparison with the database was made.',
      remedy: 'Run the migrations (npm start does, and so does migrate.ts), then ask again.',
    };
  },
};
