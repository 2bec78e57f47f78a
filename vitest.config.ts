import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    pool: 'forks',
    // Two cores: more files side by side would only wait for each other.
    maxWorkers: 3,
    // Those in a browser take a while where others run beside them.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A whole system in a browser may lose against a busy machine once; the report names what passed at its second try.
    retry: 1,
    // Processes that tests start write their coverage here; test/coverage.ts adds it to that of the tests.
    env: process.argv.includes('--coverage') ? { NODE_V8_COVERAGE: resolve('coverage/processes') } : {},
    coverage: {
      provider: 'v8',
      include: [
        '{domain,db,activities,workflows,events,api,cli,credentials,telemetry,settings,doctor,embedded}/**/*.ts',
        '*.ts',
      ],
      exclude: ['*.config.ts', 'db/schema/**'],
      reporter: ['json', 'json-summary'],
    },
  },
});
