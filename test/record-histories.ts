/** `npm run record-histories`: see test/histories/record.ts. */
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('vitest', ['run', '--config', 'vitest.record.config.ts'], { stdio: 'inherit' });
process.exit(status ?? 1);
