import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** Records histories instead of testing: see test/histories/record.ts. */
export default defineConfig({ ...tests, test: { ...tests.test, include: ['test/histories/record.ts'] } });
