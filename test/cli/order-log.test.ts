import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { accept, acceptAs } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { startApi } from '../api/support.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
const { db, url } = await createTestDatabase();
let server: string;
let shipped: string;

beforeAll(async () => {
  const alertLimits = { stuckAfterMs: 0, paymentStuckAfterMs: 0, problematicChanges: 3 };
  server = (await startApi({ databaseUrl: url, alertLimits })).http;
  shipped = await acceptAs(db, 'SHIPPED');
});

/** Runs the command line as a process. */
function steadfast(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, '--server', server, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

it('alerts are listed with their reasons and counts', async () => {
  const { code, stdout } = await steadfast('alerts');
  expect(code).toBe(0);
  for (const words of [shipped, 'in SHIPPED for', 'more than 3 events', 'STUCK 1, PAYMENT_STUCK 0'])
    expect(stdout).toContain(words);
  const json = await steadfast('alerts', '--reason', 'stuck', '--limit', '1', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ alerts: [{ order_id: shipped, reason: 'STUCK' }] });
  expect((await steadfast('alerts', '--reason', 'bored')).stderr).toContain('AWAITING_APPROVAL');
  expect((await steadfast('alerts', '--limit', '0')).code).toBe(2);
});

it('an order is compared with itself at another version', async () => {
  const { code, stdout } = await steadfast('orders', 'diff', shipped, '--from', '1');
  expect(code).toBe(0);
  for (const words of ['version 1 to 4', 'StockReserved', 'shipment_info.tracking_number'])
    expect(stdout).toContain(words);
  const unknown = await steadfast('orders', 'diff', shipped, '--to', '9');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toContain('it has the versions 1 to 4');
});

describe('verify', () => {
  it('says that all rows agree with the log, and exits with 0', async () => {
    expect(await steadfast('orders', 'verify')).toEqual({
      code: 0,
      stdout: '1 order checked, 0 with differences, 0 repaired\n',
      stderr: '',
    });
  });

  it('names what differs and exits with 1, and with 0 where it repairs all', async () => {
    const id = await accept(db);
    await db`update orders set customer_id = 'x', status = 'PROCESSING' where id = ${id}`;
    const found = await steadfast('orders', 'verify', '--order', id);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`${id}: orders.status is "PROCESSING", the log says "PENDING"\n`);
    expect(found.stderr).toContain('--repair');
    const repaired = await steadfast('orders', 'verify', '--repair', '--actor', 'ada', '--json');
    expect(repaired.code).toBe(0);
    expect(JSON.parse(repaired.stdout)).toMatchObject({ checked: 2, repaired: 1 });
    expect((await steadfast('orders', 'verify')).code).toBe(0);
  });

  it('goes through all pages', async () => {
    await db`
      insert into orders (id, customer_id, status, total_minor, currency, payment_method, status_since, version,
        request_digest, created_at, updated_at)
      select 'bulk-' || n, 'c', 'PENDING', 100, 'USD', 'CREDIT_CARD', now(), 1, gen_random_uuid(), now(), now()
      from generate_series(1, 1100) as n`;
    const { code, stdout, stderr } = await steadfast('orders', 'verify', '--repair');
    expect(code).toBe(1);
    expect(stdout).toContain('order bulk-1 has a row but no events');
    expect(stdout).toContain('1102 orders checked, 1100 with differences, 0 repaired\n');
    expect(stderr).toContain('1100 orders with differences');
  });
});
