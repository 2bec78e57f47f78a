import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './db/schema/access.ts',
    './db/schema/audit.ts',
    './db/schema/catalogue.ts',
    './db/schema/dead-letters.ts',
    './db/schema/log.ts',
    './db/schema/orders.ts',
    './db/schema/projections.ts',
    './db/schema/simulators.ts',
    './db/schema/webhooks.ts',
  ],
  out: './db/migrations',
});
