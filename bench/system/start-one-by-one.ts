/** The processes of a system one after the other, so that the start of each is its own. */
import { join } from 'node:path';
import { environmentWith } from '../../config.ts';
import type { Running } from '../../embedded/child.ts';
import { nodeProgram } from '../../embedded/node-program.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { temporalCli } from './system.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Starts each on a data directory that has been used before, and stops all; seconds until each was ready. */
export async function startOneByOne(dataDir: string): Promise<Record<string, number>> {
  const cli = await temporalCli();
  const running: Running[] = [];
  const seconds: Record<string, number> = {};
  const timed = async <Started extends Running>(name: string, start: () => Promise<Started>): Promise<Started> => {
    const began = performance.now();
    const started = await start();
    seconds[name] = (performance.now() - began) / 1000;
    running.unshift(started);
    return started;
  };
  try {
    const database = await timed('postgres', () => startPostgres({ dataDir }));
    const temporal = await timed('temporal', () => startTemporal({ cli, dataDir }));
    const environment = environmentWith({
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporal.address,
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      DATA_DIR: dataDir,
    });
    for (const name of ['server', 'relay', 'worker']) {
      const options = { name, file: join(ROOT, `${name}.ts`), dataDir, environment };
      const program = nodeProgram({ ...options, startTimeout: 60_000, stopTimeout: 10_000 });
      await timed(name, () => program.start(new AbortController().signal));
    }
    return seconds;
  } finally {
    for (const each of running) await each.stop();
  }
}
