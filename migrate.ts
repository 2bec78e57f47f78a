/** The migrate process: brings the database up to date, adds the demo catalogue where that is wanted, and ends. */
import { readConfig } from './config.ts';
import { ConfigError } from './settings/config-error.ts';
import { requireDatabaseUrl } from './settings/database.ts';
import { secretsOf } from './settings/secrets.ts';
import { seedCatalogue } from './db/catalogue.ts';
import { migrate } from './db/migrate.ts';
import { createLogger } from './telemetry/logger.ts';
import { keepSecret } from './telemetry/redaction.ts';

const logger = createLogger({ name: 'migrate', level: 'info' });

try {
  const config = readConfig();
  keepSecret(secretsOf(config));
  const databaseUrl = requireDatabaseUrl(config);
  await migrate(databaseUrl);
  if (config.DEMO_CATALOGUE) await seedCatalogue(databaseUrl);
  logger.info({ demoCatalogue: config.DEMO_CATALOGUE }, 'the database is up to date');
} catch (error) {
  // As for the other processes: 2 for settings that cannot be used, 1 for everything else.
  const isUnusable = error instanceof ConfigError;
  logger.fatal(
    isUnusable ? {} : { err: error },
    isUnusable ? error.message : 'the database was not brought up to date',
  );
  process.exitCode = isUnusable ? 2 : 1;
}
