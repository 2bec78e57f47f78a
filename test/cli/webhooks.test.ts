import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../cli/api.ts';
import { CommandFailure, exitCode, tellFailure } from '../../cli/failure.ts';
import { createPrinter } from '../../cli/printer.ts';
import { addWebhooks } from '../../cli/webhooks.ts';
import type { Database } from '../../db/client.ts';
import { NOBODY, startApi } from '../api/support.ts';
import { accept } from '../db/order-fixture.ts';
import { startReceiver, status } from '../events/webhooks/receiver.ts';
import { startRelay } from '../events/webhooks/relay.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let db: Database;
let server: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = database.db;
  server = (await startApi({ databaseUrl: database.url, temporalAddress: NOBODY })).http;
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, as the command line does. */
async function webhooks(...args: string[]): Promise<Outcome> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const isJson = args.includes('--json');
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const print = createPrinter({ json: isJson });
  addWebhooks(program, () => ({
    api: createApi(server),
    http: server,
    grpc: '',
    credentials: {},
    database: undefined,
    print,
  }));
  let outcome = { code: 0, stderr: '' };
  try {
    await program.parseAsync(
      args.filter((word) => word !== '--json'),
      { from: 'user' },
    );
  } catch (error) {
    if (error instanceof CommanderError) outcome = { code: exitCode.usage, stderr: error.message };
    else if (error instanceof CommandFailure)
      outcome = { code: error.exitCode, stderr: tellFailure(error, { json: isJson }) };
    else throw error;
  } finally {
    log.mockRestore();
  }
  return { ...outcome, stdout: printed.map((line) => `${line}\n`).join('') };
}

const json = async <Answer>(...args: string[]) => JSON.parse((await webhooks(...args, '--json')).stdout) as Answer;

it('a webhook is added, tested, listed, disabled, enabled and removed', async () => {
  const receiver = await startReceiver();
  const added = await webhooks('add', receiver.url, '--events', 'OrderCreated, order.completed.v1');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  for (const words of ['whsec_', 'order.created.v1, order.completed.v1', 'not shown again'])
    expect(added.stdout).toContain(words);
  const { webhooks: listed } = await json<{ webhooks: { id: string }[] }>('list');
  const id = listed[0]?.id ?? '';
  expect((await webhooks('test', id)).stdout).toContain('thank you');
  expect(receiver.received).toHaveLength(1);
  expect((await webhooks('disable', id)).stdout).toContain('ON_REQUEST');
  expect((await webhooks('enable', id)).stdout).toContain('ACTIVE');
  expect((await webhooks('rotate-secret', id)).stdout).toContain('whsec_');
  expect((await webhooks('list')).stdout).toContain(receiver.url);
  expect(await webhooks('remove', id)).toMatchObject({ code: 0 });
  expect((await webhooks('list')).stdout).toBe('none\n');
});

it('deliveries are listed, shown and retried', async () => {
  const receiver = await startReceiver((response, request, place) => {
    if (place === 0) response.writeHead(500).end('\u001b[31mred');
    else status(200)(response, request, place);
  });
  const { id } = await json<{ id: string }>('add', receiver.url);
  startRelay(db, { retries: [] });
  await accept(db);
  await until('it came', () => receiver.received.length === 1);
  const [delivery] = await until('it has failed', async () => {
    const { deliveries } = await json<{ deliveries: { id: string }[] }>('deliveries', id, '--status', 'failed');
    return deliveries.length === 1 && deliveries;
  });
  expect((await webhooks('deliveries', id)).stdout).toContain('answered 500');
  expect((await webhooks('retry', delivery!.id)).stdout).toContain('PENDING');
  await until('it came again', () => receiver.received.length === 2);
  const shown = await webhooks('show', delivery!.id);
  expect(shown.stdout).toContain('order.created.v1');
  expect(shown.stdout).not.toContain('\u001b');
});

describe('exit codes', () => {
  it('1 for what is refused or not delivered', async () => {
    const refused = await webhooks('add', 'ftp://example.com');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('must begin with https:// or http://');
    expect((await webhooks('remove', 'nothing')).code).toBe(1);
    const { id } = await json<{ id: string }>('add', 'http://127.0.0.1:9/');
    const tested = await webhooks('test', id);
    expect(tested.code).toBe(1);
    expect(tested.stderr).toContain('the connection was refused');
  });

  it.each([[['add']], [['retry']], [['frob']]])('2 for %j', async (args) => {
    expect((await webhooks(...args)).code).toBe(2);
  });
});

it('the commands are part of the command line', () => {
  const command = join(import.meta.dirname, '../../cli/steadfast.ts');
  expect(execFileSync(process.execPath, [command, 'webhooks', '--help'], { encoding: 'utf8' })).toContain('retry');
});
