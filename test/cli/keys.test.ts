import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startApi } from '../api/support.ts';
import { acceptAs } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';

interface Key {
  readonly id: string;
  readonly key: string;
}

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
const { url: databaseUrl, db } = await createTestDatabase();
const { http, grpc } = await startApi({ databaseUrl, authentication: {} });
const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-keys-'));
const nowhere = mkdtempSync(join(tmpdir(), 'steadfast-keys-'));
writeFileSync(join(dataDir, 'endpoints.json'), JSON.stringify({ http, grpc, database: databaseUrl }));
afterAll(() => {
  for (const folder of [dataDir, nowhere]) rmSync(folder, { recursive: true });
});

/** Runs the command line as a process; an environment may name another data folder or a key. */
function steadfast(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const usual = { DATA_DIR: dataDir, STEADFAST_URL: '', STEADFAST_GRPC: '', STEADFAST_API_KEY: '' };
    const env = { ...process.env, ...usual, ...environment };
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

async function create(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Key> {
  const made = await steadfast(['keys', 'create', ...args, '--json'], environment);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(made.stdout) as Key;
}

const first = await create(['first', '--role', 'admin']);

describe('the first key', () => {
  it('is made without one, where the running system keeps its data', async () => {
    expect((await steadfast(['orders', 'list'], { STEADFAST_API_KEY: first.key })).code).toBe(0);
    const [entry] = await db`select actor from audit_log where subject = ${first.id}`;
    expect(entry).toEqual({ actor: 'command-line' });
  });

  it('is made in a database that is named', async () => {
    const { key } = await create(['named', '--role', 'operator', '--database', databaseUrl], { DATA_DIR: nowhere });
    const asked = await steadfast(['orders', 'list', '--server', http, '--api-key', key], { DATA_DIR: nowhere });
    expect(asked.code).toBe(0);
  });

  it('is told not to be needed where the server asks nobody', async () => {
    const open = await startApi({ databaseUrl });
    const args = ['keys', 'create', 'early', '--role', 'operator'];
    const hint = 'authentication is off. Start the server with AUTH=on';
    expect((await steadfast([...args, '--server', open.http])).stdout).toContain(hint);
    expect((await steadfast(args)).stdout).not.toContain(hint);
  });

  it('is not made by the server for somebody without credentials', async () => {
    const refused = await steadfast(['keys', 'create', 'x', '--role', 'admin', '--server', http]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--api-key or STEADFAST_API_KEY');
  });

  it('is asked for again where its database is away', async () => {
    const away = ['--database', 'postgres://nobody@127.0.0.1:9/none'];
    const refused = await steadfast(['keys', 'create', 'x', '--role', 'admin', ...away]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('The database cannot be reached');
  });
});

describe('more keys', () => {
  const asAdmin = { STEADFAST_API_KEY: first.key };

  it('are made, listed and revoked through the server, which writes down who did it', async () => {
    const { id, key } = await create(['shop', '--role', 'customer', '--customer', 'ada', '--expires', '90d'], asAdmin);
    const orderId = await acceptAs(db, 'DELIVERED', { customerId: 'ada' });
    await acceptAs(db, 'DELIVERED', { customerId: 'bob' });
    const own = { STEADFAST_API_KEY: key };
    const listed = await steadfast(['orders', 'list', '--json'], own);
    expect((JSON.parse(listed.stdout) as { orders: { id: string }[] }).orders.map((order) => order.id)).toEqual([
      orderId,
    ]);
    expect((await steadfast(['orders', 'watch', orderId], own)).stdout).toContain('DELIVERED');
    expect((await steadfast(['keys', 'list'], own)).stderr).toContain('needs the role admin');
    const revoked = await steadfast(['keys', 'revoke', id], asAdmin);
    expect(revoked.stdout).toContain(id);
    expect((await steadfast(['keys', 'list'], asAdmin)).stdout).toMatch(
      new RegExp(`${id}.*shop.*customer.*ada.*revoked`),
    );
    expect((await steadfast(['orders', 'list'], own)).stderr).toContain('The API key was revoked.');
    const entries = await db<{ actor: string }[]>`select actor from audit_log where subject = ${id} order by id`;
    expect(entries.map(({ actor }) => actor)).toEqual([`api_key:${first.id}`, `api_key:${first.id}`]);
  });

  it.each([
    [['--role', 'root'], 2, 'Allowed choices are customer, operator, admin'],
    [['--role', 'admin', '--expires', 'soon'], 2, 'time span'],
    [['--role', 'customer'], 1, 'customer_id is required'],
  ])('are refused with %j', async (args, code, words) => {
    const refused = await steadfast(['keys', 'create', 'x', ...args]);
    expect(refused.code).toBe(code);
    expect(refused.stderr).toContain(words);
  });
});
