import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { acceptAs } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { startApi } from '../api/support.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
const { url, db } = await createTestDatabase();
let server: string;

beforeAll(async () => {
  server = (await startApi({ databaseUrl: url })).http;
  await acceptAs(db, 'DELIVERED');
  await acceptAs(db, 'PROCESSING');
});

/** Runs the command line as a process. */
function steadfast(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, STEADFAST_URL: server };
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

it('the statistics are rebuilt, then shown', async () => {
  const rebuilt = await steadfast('projections', 'rebuild');
  expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
  expect(rebuilt.stdout).toContain('2 orders');
  const { code, stdout } = await steadfast('stats', '--days', '7');
  expect(code).toBe(0);
  for (const words of ['DELIVERED', '50 %', '79.96 USD', 'today', '7 days', 'average order'])
    expect(stdout).toContain(words);
  const { stdout: json } = await steadfast('stats', '--json');
  expect(JSON.parse(json)).toMatchObject({ orders: { total: 2, completion_rate: 100 } });
});

it('processors and workers are listed', async () => {
  const { code, stdout } = await steadfast('processors');
  expect(code).toBe(0);
  for (const words of ['projections', 'workflow', 'activity']) expect(stdout).toContain(words);
});

it('a refusal and bad arguments have their exit codes', async () => {
  await db`insert into consumers (name, lease_holder, lease_until)
           values ('projections-rebuild', 'another', now() + interval '1 minute')`;
  const refused = await steadfast('projections', 'rebuild');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('already');
  for (const args of [['stats', '--days', '0'], ['projections'], ['projections', 'burn']])
    expect((await steadfast(...args)).code).toBe(2);
});
