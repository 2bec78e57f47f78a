/**
 * `npm run rehearse`: runs the end-to-end tests against the services of temporal-docker-compose.yml, which run on this machine
 * without containers (`system.ts`). Names of test files as arguments choose among them.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ensureSystemPackages, systemPackages } from '../../embedded/system-packages.ts';
import { findTemporalPrograms } from './go-programs.ts';

const tell = (message: string) => console.log(message);
const began = performance.now();
await ensureSystemPackages([...Object.values(systemPackages), { command: 'haproxy', package: 'haproxy' }], {
  onProgress: tell,
});
await findTemporalPrograms({ environment: process.env, onProgress: tell });
const built = performance.now();
console.log(`the programs are there after ${seconds(built - began)} s`);

const key = randomBytes(24).toString('hex');
const files = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', '--config', 'vitest.rehearsal.config.ts', ...files], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SYSTEM_PROGRAM: 'test/rehearsal/system.ts',
    ADMIN_API_KEY: key,
    // What the command line sends.
    STEADFAST_API_KEY: key,
  },
});
console.log(`the rehearsal took ${seconds(performance.now() - built)} s`);
process.exit(status ?? 1);

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
