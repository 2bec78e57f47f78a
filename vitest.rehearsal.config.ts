import { defineConfig } from 'vitest/config';

/** End-to-end tests on the services of temporal-docker-compose.yml: `npm run rehearse`. */
export default defineConfig({
  test: {
    include: ['test/rehearsal/*.rehearsal.ts', 'test/e2e/{npm-start,kills,followers}.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    setupFiles: ['test/rehearsal/signed-requests.ts'],
    pool: 'forks',
    // Each starts the whole production set-up.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
