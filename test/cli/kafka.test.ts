import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, Producer } from '@platformatic/kafka';
import { Command, CommanderError } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CommandFailure, exitCode, tellFailure } from '../../cli/failure.ts';
import { addKafka } from '../../cli/kafka.ts';
import { readCliConfig, readKafkaSecurity } from '../../config.ts';
import { NEEDED_TOPICS } from '../../events/kafka/topics.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { startTestKafka } from '../support/kafka.ts';
import { until } from '../support/until.ts';

const program = join(import.meta.dirname, '../../cli/steadfast.ts');
const NOWHERE = '127.0.0.1:9';
const kafka = await startTestKafka();

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `steadfast kafka …` as a process of its own, as people do. */
function start(...args: string[]) {
  const env = { ...process.env, KAFKA_BROKERS: kafka.address, KAFKA_PARTITIONS: '', KAFKA_REPLICATION: '' };
  let finish: (outcome: Outcome) => void = () => undefined;
  const ended = new Promise<Outcome>((resolve) => (finish = resolve));
  const child = execFile(process.execPath, [program, 'kafka', ...args], { env }, (_error, stdout, stderr) => {
    finish({ code: child.exitCode ?? -1, stdout, stderr });
  });
  return { child, ended };
}

/** Runs `steadfast kafka …` in this process, which is quicker; `settings` stand for the environment. */
async function runWith(settings: Record<string, string>, ...args: string[]): Promise<Outcome> {
  let stderr = '';
  const lines: string[] = [];
  const printing = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const program = new Command('steadfast').option('--json').exitOverride();
  program.configureOutput({ writeErr: (words) => (stderr += words) });
  const environment = { KAFKA_BROKERS: kafka.address, ...settings };
  addKafka(
    program.command('kafka'),
    () => readCliConfig(environment),
    () => readKafkaSecurity(environment),
  );
  const outcome = (code: number) => ({ code, stdout: lines.map((line) => `${line}\n`).join(''), stderr });
  try {
    await program.parseAsync(['kafka', ...args], { from: 'user' });
    return outcome(exitCode.ok);
  } catch (error) {
    if (error instanceof CommanderError) return outcome(exitCode.usage);
    if (!(error instanceof CommandFailure)) throw error;
    stderr += tellFailure(error, { json: false });
    return outcome(error.exitCode);
  } finally {
    printing.mockRestore();
  }
}

const run = (...args: string[]) => runWith({}, ...args);

/** What a command answers as JSON; fails where it is refused. */
async function json<Answer = Record<string, never>>(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

/** Sends records with keys `0`, `1`, … to a topic, or to one partition of it. */
async function fill(topic: string, count: number, partition?: number): Promise<void> {
  const options = { clientId: 'test', bootstrapBrokers: [kafka.address] };
  const producer = new Producer({ ...options });
  const messages = Array.from({ length: count }, (_, index) => ({
    topic,
    key: Buffer.from(`${index}`),
    value: Buffer.from(`value ${index}`),
    ...(partition === undefined ? {} : { partition }),
  }));
  await producer.send({ messages, acks: -1 });
  await producer.close();
}

/** A member of a group that reads and commits until the test ends. */
async function joinGroup(groupId: string, topic: string, protocol: 'classic' | 'consumer' = 'classic') {
  const consumer = new Consumer({
    clientId: 'reader',
    bootstrapBrokers: [kafka.address],
    groupId,
    groupProtocol: protocol as 'classic',
    autocommit: 100,
  });
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await consumer.close(true);
    isClosed = true;
  };
  onTestFinished(close);
  const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
  stream.on('data', () => undefined);
  return close;
}

interface Lag {
  readonly lag: number;
  readonly offsets: readonly { partition: number; offset: number | null; end_offset: number; lag: number }[];
}

interface Found {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Record<string, string>;
}

describe('setup', () => {
  it('makes every topic that Steadfast needs, and at a repeat leaves them as they are', async () => {
    const { made, topics } = await json<{ made: string[]; topics: { topic: string; partitions: number }[] }>(
      ...['setup', '--partitions', '2', '--replication', '1'],
    );
    expect(made.toSorted()).toEqual(NEEDED_TOPICS.toSorted());
    expect(topics.map(({ partitions }) => partitions)).toEqual(NEEDED_TOPICS.map(() => 2));
    const again = await runWith({ KAFKA_PARTITIONS: '4' }, 'setup');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('All were there already.');
    expect(again.stdout).not.toContain(' 4 ');
  });
});

describe('topics', () => {
  it('are listed and described with partitions, leaders, replicas, offsets and configuration', async () => {
    await fill('order.created.v1', 3, 1);
    const listed = await run('topics', 'list');
    expect(listed.stdout).toMatch(/order\.created\.v1 +│ 2 +│ 1 +│ 3 /);
    const described = await json('topics', 'describe', 'order.created.v1');
    expect(described).toEqual({
      topic: 'order.created.v1',
      partitions: [
        { partition: 0, leader: 1, replicas: [1], in_sync: [1], first_offset: 0, end_offset: 0 },
        { partition: 1, leader: 1, replicas: [1], in_sync: [1], first_offset: 0, end_offset: 3 },
      ],
      configuration: expect.any(Array) as unknown,
    });
    expect((await run('topics', 'describe', 'order.created.v1')).stdout).toContain('first offset');
  });

  it('have settings, which are changed and brought back', async () => {
    const changed = await json<{ configuration: { name: string; value: string }[] }>(
      ...['topics', 'config', 'order.updated.v1', '--set', 'retention.ms=86400000', '--set', 'cleanup.policy=compact'],
    );
    expect(changed.configuration).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'retention.ms', value: '86400000' }),
        expect.objectContaining({ name: 'cleanup.policy', value: 'compact' }),
      ]),
    );
    expect((await run('topics', 'describe', 'order.updated.v1')).stdout).toContain('86400000');
    const back = await run(
      'topics',
      'config',
      'order.updated.v1',
      '--set',
      'retention.ms=',
      '--set',
      'cleanup.policy=',
    );
    expect(back.stdout).not.toContain('retention.ms');
    expect((await run('topics', 'config', 'order.updated.v1', '--all')).stdout).toMatch(
      /retention\.ms +│ 604800000 +│ standard/,
    );
  });

  it('refuse a setting that does not exist', async () => {
    const { code, stderr } = await run('topics', 'config', 'order.updated.v1', '--set', 'retention=1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Kafka refused: .*retention/);
  });

  it('are counted by partition', async () => {
    await fill('payment.failed.v1', 5, 0);
    expect(await json('count', 'payment.failed.v1')).toEqual({
      topic: 'payment.failed.v1',
      total: 5,
      partitions: [
        { partition: 0, messages: 5 },
        { partition: 1, messages: 0 },
      ],
    });
    expect((await run('count', 'payment.failed.v1')).stdout).toMatch(/total +│ 5 /);
  });
});

describe('messages', () => {
  it('are sent with key and headers, from a value or a file, and peeked at', async () => {
    const sent = await json<{ partition: number; offset: number }>(
      ...[
        'produce',
        'inventory.failed.v1',
        '--key',
        'order-1',
        '--value',
        'hé',
        '--header',
        'a=1',
        '--header',
        'b=x=y',
      ],
    );
    const file = join(temporaryFolder(), 'value.json');
    writeFileSync(file, '{"from":"file"}');
    expect((await run('produce', 'inventory.failed.v1', '--key', 'order-1', '--file', file)).stdout).toBe(
      `Sent to partition ${sent.partition} at offset 1.\n`,
    );
    const { records } = await json<{ records: Found[] }>('peek', 'inventory.failed.v1');
    expect(records).toMatchObject([
      { ...sent, key: 'order-1', value: 'hé', headers: { a: '1', b: 'x=y' } },
      { partition: sent.partition, offset: 1, key: 'order-1', value: '{"from":"file"}', headers: {} },
    ]);
    expect((await run('groups', 'list')).stdout).not.toContain('steadfast-cli');
  });

  it('are peeked at from the end, and none is said of an empty topic', async () => {
    await fill('inventory.reserved.v1', 30);
    const { records } = await json<{ records: Found[] }>('peek', 'inventory.reserved.v1', '--limit', '4');
    expect(records).toHaveLength(4);
    const ends = records.filter(({ offset }) => offset > 5);
    expect(ends).toHaveLength(4);
    expect((await run('peek', 'order.cancelled.v1')).stdout).toBe('none\n');
  });

  it('are consumed from the beginning, from an offset or as they come, up to a limit', async () => {
    await fill('order.completed.v1', 10, 0);
    const offsets = async (...args: string[]) => {
      const { stdout } = await run('consume', 'order.completed.v1', '--json', ...args);
      return stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Found).offset);
    };
    expect(await offsets('--from', 'beginning', '--limit', '3')).toEqual([0, 1, 2]);
    expect(await offsets('--from', '7', '--partition', '0', '--limit', '3')).toEqual([7, 8, 9]);
    const following = run('consume', 'order.completed.v1', '--limit', '2');
    let isDone = false;
    void following.then(() => (isDone = true));
    await until('it has seen what came after its start', async () => {
      await fill('order.completed.v1', 2, 0);
      return isDone;
    });
    expect((await following).stdout).toMatch(/^\S+Z {2}0\/\d+ {2}\d {2}value \d\n\S+Z {2}0\/\d+ /);
  });

  it('are followed until Ctrl-C', async () => {
    const { child, ended } = start('consume', 'order.completed.v1', '--from', 'beginning', '--json');
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('are consumed as a group, which goes on where it stands', async () => {
    await fill('shipping.scheduled.v1', 10, 0);
    const read = async (limit: string) =>
      (
        await run(
          'consume',
          'shipping.scheduled.v1',
          '--group',
          'by-hand',
          '--from',
          'beginning',
          '--limit',
          limit,
          '--json',
        )
      ).stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Found).offset);
    expect(await read('4')).toEqual([0, 1, 2, 3]);
    expect(await read('3')).toEqual([4, 5, 6]);
    expect(await json<Lag>('lag', 'by-hand')).toMatchObject({ lag: 3, offsets: [{ offset: 7, lag: 3 }, { lag: 0 }] });
    expect((await run('lag', 'by-hand')).stdout).toContain('total lag: 3');
  });
});

describe('a group', () => {
  it.each(['classic', 'consumer'] as const)(
    'of the %s protocol is described, and neither reset nor deleted while it has members',
    async (protocol) => {
      const name = `billing-${protocol}`;
      const topic = 'payment.authorized.v1';
      await fill(topic, 6, 1);
      const leave = await joinGroup(name, topic, protocol);
      await until('it has committed everything', async () => (await json<Lag>('lag', name)).lag === 0);
      expect(await json('groups', 'describe', name)).toMatchObject({
        group: name,
        state: 'STABLE',
        members: [{ client_id: 'reader', host: '127.0.0.1', assignments: [{ topic, partitions: [0, 1] }] }],
        lag: 0,
      });
      expect((await run('groups', 'describe', name)).stdout).toContain('payment.authorized.v1: 0, 1');
      expect((await run('groups', 'list')).stdout).toMatch(
        new RegExp(`${name} +│ STABLE +│ 1 +│ payment.authorized.v1`),
      );
      for (const args of [
        ['reset', name, '--topic', topic, '--to', 'earliest'],
        ['delete', name],
      ]) {
        const { code, stderr } = await run('groups', ...args);
        expect(code).toBe(1);
        expect(stderr).toContain(`Group "${name}" has an active member (reader)`);
      }
      await leave();
      await until('it is deleted', async () => (await run('groups', 'delete', name)).code === 0);
      expect((await run('groups', 'describe', name)).code).toBe(1);
    },
  );

  it('counts as lag what came to a partition of which it has no offset yet', async () => {
    await fill('inventory.failed.v1', 1, 0);
    await fill('inventory.failed.v1', 1, 1);
    await run('consume', 'inventory.failed.v1', '--group', 'half', '--from', 'beginning', '--limit', '1');
    const { lag, offsets } = await json<Lag>('lag', 'half');
    expect(offsets.map(({ offset }) => offset)).toContain(null);
    expect(lag).toBe(offsets.reduce((sum, { end_offset }) => sum + end_offset, 0) - 1);
  });

  it('without members is reset to the earliest, the latest or a moment, and a dry run changes nothing', async () => {
    const topic = 'order.updated.v1';
    await fill(topic, 3, 0);
    await until('the clock goes on', () => new Promise<boolean>((resolve) => setTimeout(resolve, 20, true)));
    const between = new Date().toISOString();
    await fill(topic, 2, 0);
    await run('consume', topic, '--group', 'resettable', '--from', 'beginning', '--limit', '5');
    interface Reset {
      readonly dry_run: boolean;
      readonly changes: { partition: number; from: number | null; to: number }[];
    }
    const reset = async (to: string, ...more: string[]) => {
      const { changes } = await json<Reset>('groups', 'reset', 'resettable', '--topic', topic, '--to', to, ...more);
      return changes.map(({ from, to: offset }) => [from, offset]);
    };
    expect(await reset('earliest', '--dry-run')).toEqual([
      [5, 0],
      [null, 0],
    ]);
    expect((await json<Lag>('lag', 'resettable')).lag).toBe(0);
    expect((await reset('earliest'))[0]).toEqual([5, 0]);
    expect((await json<Lag>('lag', 'resettable')).lag).toBe(5);
    expect((await reset(between))[0]).toEqual([0, 3]);
    expect((await reset('latest'))[0]).toEqual([3, 5]);
    const told = await run('groups', 'reset', 'resettable', '--topic', topic, '--to', '2020-01-01', '--dry-run');
    expect(told.stdout).toContain('Nothing was changed');
    expect((await run('groups', 'delete', 'resettable')).stdout).toBe('Group "resettable" is deleted.\n');
  });
});

it('brokers are shown with their health and their settings', async () => {
  const health = await json<{ cluster: string; brokers: object[] }>('brokers');
  expect(health).toMatchObject({
    brokers: [{ id: 1, address: kafka.address, is_controller: true, is_reachable: true, log_dirs: [{}] }],
  });
  expect((await run('brokers')).stdout).toContain('reachable');
  const { configuration } = await json<{ configuration: { name: string; value: string }[] }>('brokers', 'config');
  expect(configuration).toContainEqual(expect.objectContaining({ name: 'auto.create.topics.enable', value: 'false' }));
  expect((await run('brokers', 'config', '1', '--all')).stdout).toContain('standard');
});

describe('exit codes', () => {
  it.each([
    [['topics', 'describe', 'nope'], 'There is no topic "nope". See: steadfast kafka topics list'],
    [['topics', 'config', 'nope'], 'There is no topic "nope"'],
    [['count', 'nope'], 'There is no topic "nope"'],
    [['consume', 'nope'], 'There is no topic "nope"'],
    [['consume', 'nope', '--group', 'g'], 'There is no topic "nope"'],
    [['peek', 'nope'], 'There is no topic "nope"'],
    [['produce', 'nope', '--value', 'x'], 'There is no topic "nope"'],
    [['groups', 'describe', 'nobody'], 'There is no group "nobody". See: steadfast kafka groups list'],
    [['groups', 'reset', 'nobody', '--topic', 'order.created.v1', '--to', 'latest'], 'There is no group "nobody"'],
    [['groups', 'delete', 'nobody'], 'There is no group "nobody"'],
    [['lag', 'nobody'], 'There is no group "nobody"'],
    [['brokers', 'config', '7'], 'There is no broker "7"'],
    [['consume', 'order.created.v1', '--partition', '9'], 'order.created.v1 has no partition 9, only 0 to 1'],
  ])('1 for %j: there is none', async (args, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
  });

  it.each([
    [['setup', '--partitions', '0'], 'whole number from 1'],
    [['topics', 'config', 'order.created.v1', '--set', 'retention.ms'], 'name=value'],
    [['topics', 'describe'], 'missing required argument'],
    [['consume', 'order.created.v1', '--from', 'yesterday'], 'beginning, latest or an offset'],
    [['consume', 'order.created.v1', '--from', '3', '--group', 'g'], 'A group knows its offsets'],
    [['peek', 'order.created.v1', '--limit', 'many'], 'whole number'],
    [['produce', 'order.created.v1'], 'Give either --value or --file.'],
    [['produce', 'order.created.v1', '--file', 'there-is-no-such-file'], 'cannot be read'],
    [['groups', 'reset', 'g', '--topic', 'order.created.v1', '--to', 'noon'], 'earliest, latest or a time'],
    [['groups', 'reset', 'g', '--topic', 'order.created.v1'], "required option '--to"],
    [['test-data', 'order.created.v1', '5'], 'shipment.tracking.v1, order.requests.v1'],
    [['test-data', 'order.requests.v1', '-5'], ''],
    [['topics', 'list', '--brokers', 'here'], 'must be host:port'],
    [['unheard-of'], 'unknown command'],
  ])('2 for %j, which is not understood', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it('of the process are those', async () => {
    const [refused, misread, listed] = await Promise.all([
      start('topics', 'describe', 'nope', '--json').ended,
      start('peek').ended,
      start('topics', 'list').ended,
    ]);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr)).toEqual({
      detail: 'There is no topic "nope". See: steadfast kafka topics list',
    });
    expect(misread.code).toBe(2);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).not.toContain('\u001b');
  });

  it('2 where no broker is named, or a setting is none', async () => {
    const unnamed = await runWith({ KAFKA_BROKERS: '' }, 'topics', 'list');
    expect(unnamed).toMatchObject({
      code: 2,
      stderr: 'No broker is named: give --brokers host:port or set KAFKA_BROKERS.',
    });
    expect((await runWith({ KAFKA_PARTITIONS: 'six' }, 'setup')).stderr).toContain('KAFKA_PARTITIONS must be');
  });

  it.each([
    [['topics', 'list']],
    [['consume', 'order.created.v1']],
    [['produce', 'order.created.v1', '--value', 'x']],
    [['groups', 'list']],
    [['brokers']],
    [['setup']],
  ])('3 for %j within seconds where no broker answers', async (args) => {
    const before = Date.now();
    const { code, stderr } = await run(...args, '--brokers', NOWHERE);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^Kafka at 127\.0\.0\.1:9 is away \(.*ECONNREFUSED.*\)\. Start it, or name a broker/);
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  it('3 where the broker goes away while a topic is followed, as JSON where that is asked for', async () => {
    const following = start('consume', 'order.completed.v1', '--from', 'beginning', '--json');
    await new Promise((resolve) => following.child.stdout?.once('data', resolve));
    await kafka.kill();
    const { code, stderr } = await following.ended;
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ detail: expect.stringContaining('is away') as string });
  });
});
