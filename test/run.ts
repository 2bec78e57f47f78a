/** `npm test`: everything that CI checks, one after the other; stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSystemPackages, systemPackages } from '../embedded/system-packages.ts';
import { isCoverageEnough } from './coverage.ts';

interface Check {
  readonly name: string;
  readonly run: () => boolean;
}

const tool = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;

/** The contract of the standard health service, as its package has it. */
const HEALTH = 'node_modules/grpc-health-check/proto';

/** Generates into a folder aside and compares, so that a stale generated file is found and none is changed. */
function isGeneratedCodeFresh(): boolean {
  const aside = mkdtempSync(join(tmpdir(), 'steadfast-generated-'));
  try {
    return (
      tool('buf', 'generate', 'proto', '--template', 'proto/buf.gen.yaml', '--output', join(aside, 'proto')) &&
      tool('buf', 'build', 'proto', '-o', join(aside, 'proto/gen/contract.binpb')) &&
      tool('buf', 'build', HEALTH, '-o', join(aside, 'proto/gen/health.binpb')) &&
      tool('diff', '-r', 'proto/gen', join(aside, 'proto/gen')) &&
      tool(process.execPath, 'schemas/generate.ts', join(aside, 'schemas')) &&
      tool('diff', '-r', '--exclude=*.ts', '--exclude=released', 'schemas', join(aside, 'schemas')) &&
      tool(process.execPath, 'schemas/openapi-types.ts', aside) &&
      tool('diff', 'web/api/openapi.d.ts', join(aside, 'openapi.d.ts')) &&
      tool('diff', 'web/api/new-order.ts', join(aside, 'new-order.ts'))
    );
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** For CI, the totals as JSON where `REPORT_FILE` says. */
function reporters(): string[] {
  const file = process.env.REPORT_FILE;
  return file ? ['--reporter=default', '--reporter=json', `--outputFile=${file}`] : [];
}

const only = process.argv.slice(2);
const checks: Check[] = [
  { name: 'format', run: () => tool('prettier', '--check', '--log-level', 'warn', '.') },
  { name: 'lint', run: () => tool('eslint', '--max-warnings', '0', '.') },
  { name: 'types', run: () => tool('tsc', '--noEmit') && tool('tsc', '--noEmit', '-p', 'web') },
  { name: 'contract', run: () => tool('buf', 'lint', 'proto') },
  { name: 'released interfaces', run: () => tool(process.execPath, 'schemas/check.ts') },
  { name: 'generated code', run: isGeneratedCodeFresh },
  { name: 'schema', run: () => tool('drizzle-kit', 'check') },
  {
    name: 'tests',
    run: () => (only.length > 0 ? tool('vitest', 'run', ...only) : tool('vitest', 'run', '--coverage', ...reporters())),
  },
];

/** A small run with a plan that stays the same, so that a failure of CI can be repeated; in CI every kind of fault must happen. */
const CHAOS = [
  '--seed',
  '6',
  '--orders',
  '300',
  '--faults',
  '10',
  '--minutes',
  '5',
  ...(process.env.CI ? ['--complete'] : []),
];

if (only.length === 0) {
  checks.push({ name: 'coverage', run: isCoverageEnough });
  checks.push({ name: 'fuzzing', run: () => tool(process.execPath, 'test/fuzz/run.ts', '--minutes', '2') });
  checks.push({ name: 'speed', run: () => tool(process.execPath, 'bench/run.ts', 'quick') });
  checks.push({ name: 'chaos', run: () => tool(process.execPath, 'chaos/run.ts', ...CHAOS) });
}

// What takes long should not fail late.
if (only.length === 0) await ensureSystemPackages(Object.values(systemPackages), { onProgress: console.log });
for (const { name, run } of only.length > 0 ? checks.slice(-1) : checks) {
  console.log(`\n── ${name}`);
  if (!run()) {
    console.error(`\n${name}: failed`);
    process.exit(1);
  }
}
