/** What `npm start` does where its database holds API keys; the rehearsal starts its servers in another way. */
import { expect, inject, it } from 'vitest';
import { addKey } from '../api/access/credentials.ts';
import { createTestDatabase } from '../support/database.ts';
import { startSystem, temporaryFolder } from './system.ts';

it('npm start says so and ends where there are API keys that nobody would be asked for', async () => {
  const { url, db } = await createTestDatabase();
  await addKey(db);
  const settings = { DATABASE_URL: url, TEMPORAL_ADDRESS: inject('temporalAddress'), ADMIN_API_KEY: '', AUTH: '' };
  await expect(startSystem(temporaryFolder(), settings)).rejects.toThrow(/ended with 2[^]*AUTH is off: set AUTH=on/);
});
