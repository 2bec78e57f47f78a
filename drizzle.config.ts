import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./db/schema/catalogue.ts', './db/schema/orders.ts', './db/schema/log.ts', './db/schema/simulators.ts'],
  out: './db/migrations',
});
