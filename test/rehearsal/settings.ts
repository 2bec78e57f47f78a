import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describeSettings } from '../../config.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Where processes listen and what they lean on is told by the compose file alone. */
const TOLD_BY_COMPOSE = [
  'NODE_ENV',
  'DATA_DIR',
  'HTTP_PORT',
  'GRPC_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'TEMPORAL_CLI_PATH',
  'POSTGRES_PORT',
];

/** The variables of the compose file: those of `<dataDir>/.env`, made as docs/deploy.md says, under those of the environment. */
export function composeVariables(dataDir: string): Record<string, string | undefined> {
  const file = join(dataDir, '.env');
  if (!existsSync(file)) {
    const made = spawnSync('sh', [join(ROOT, 'docker/make-env.sh')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`docker/make-env.sh ended with ${made.status}: ${made.stderr}`);
    writeFileSync(file, made.stdout, { mode: 0o600 });
  }
  return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env };
}

/** Settings that a test gives by the environment; they win over those of the compose file. */
export function givenSettings(): Record<string, string> {
  const names = describeSettings().map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => names.includes(entry[0]) && !TOLD_BY_COMPOSE.includes(entry[0]),
    ),
  );
}
