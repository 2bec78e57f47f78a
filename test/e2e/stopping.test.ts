/** A process that is asked to stop goes in good order, whatever is away. */
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { nodeProgram } from '../../embedded/node-program.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { temporaryFolder } from './system.ts';

const KINDS = ['server', 'worker', 'relay'] as const;

it.each([
  { away: 'nothing is away', isAway: false },
  { away: 'PostgreSQL and Temporal are away', isAway: true },
])('server, worker and relay end with exit code 0 when $away', async ({ isAway }) => {
  const dataDir = temporaryFolder();
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dataDir }),
    startTemporal({ cli: inject('temporalCli') }),
  ]);
  onTestFinished(async () => {
    await Promise.all([postgres.stop(), temporal.stop()]);
  });
  await migrate(postgres.url);
  const environment = {
    ...process.env,
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    HTTP_PORT: '0',
    GRPC_PORT: '0',
  };
  const processes = await Promise.all(
    KINDS.map(async (name) => {
      const file = join(import.meta.dirname, `../../${name}.ts`);
      const options = { name, file, dataDir, environment, startTimeout: 60_000, stopTimeout: 30_000 };
      const running = await nodeProgram(options).start(AbortSignal.timeout(60_000));
      onTestFinished(() => running.stop());
      return running;
    }),
  );
  if (isAway) {
    postgres.kill();
    temporal.kill();
    await Promise.all([postgres.exited, temporal.exited]);
  }
  await Promise.all(processes.map(({ stop }) => stop()));
  expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual(
    KINDS.map(() => ({ code: 0, signal: null })),
  );
});
