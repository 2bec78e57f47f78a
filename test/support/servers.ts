/**
 * Real servers for a run of the tests, started once: Postgres with a migrated template, Temporal in memory. Kafka and Redis
 * are only made ready here; a test file that needs them starts its own (`kafka.ts`, `redis.ts`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import postgres from 'postgres';
import { readConfig } from '../../config.ts';
import { seedCatalogue } from '../../db/catalogue.ts';
import { migrate } from '../../db/migrate.ts';
import { findKafkaJars } from '../../embedded/kafka-distribution.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { ensureSystemPackages, systemPackages } from '../../embedded/system-packages.ts';
import { findTemporalCli } from '../../embedded/temporal-cli.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { buildDashboard } from '../../web/build.ts';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { TEMPLATE } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the Postgres server; its database holds nothing. */
    postgresUrl: string;
    /** host:port */
    temporalAddress: string;
    temporalCli: string;
    /** Folder with the workflow bundle. */
    bundleCache: string;
    /** Folder with the jars of Kafka. */
    kafkaJars: string;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-test-'));
  const bundleCache = join(dataDir, 'cache');
  const [database, { cli, temporal }, kafkaJars] = await Promise.all([
    startPostgres({ dataDir }),
    startTemporalServer(),
    fetchKafka(),
    loadWorkflowBundle(bundleCache),
    buildDashboard({ onProgress: tell }),
  ]);

  const template = new URL(database.url);
  template.pathname = TEMPLATE;
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`create database ${TEMPLATE}`);
  await sql.end();
  await migrate(template.href);
  await seedCatalogue(template.href);

  project.provide('postgresUrl', database.url);
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalCli', cli);
  project.provide('bundleCache', bundleCache);
  project.provide('kafkaJars', kafkaJars);
  return async () => {
    await Promise.all([temporal.stop(), database.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function startTemporalServer() {
  const cli = await findTemporalCli({
    path: readConfig().TEMPORAL_CLI_PATH,
    environment: process.env,
    onProgress: tell,
  });
  return { cli, temporal: await startTemporal({ cli }) };
}

/** Installs what Kafka, Redis and the browser need where it is missing, and gives the folder with Kafka's jars. */
async function fetchKafka(): Promise<string> {
  await ensureSystemPackages(Object.values(systemPackages), { onProgress: tell });
  return findKafkaJars({ environment: process.env, onProgress: tell });
}

function tell(message: string): void {
  console.log(message);
}
