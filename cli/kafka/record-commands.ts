/** `steadfast kafka consume|peek|produce|test-data`. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { CommandFailure, exitCode } from '../failure.ts';
import type { Printer } from '../printer.ts';
import { collect, collectPair, readStart, wholeFrom } from './arguments.ts';
import { consumeAsGroup, followTopic, peekTopic, produce, type ReadRecord, type Start } from './records.ts';
import type { OpenKafka } from './session.ts';
import { makeTestEvents, TEST_TOPICS } from './test-events.ts';

interface Consume {
  readonly from: Start;
  readonly limit?: number;
  readonly partition?: number;
  readonly group?: string;
}

interface Produce {
  readonly key?: string;
  readonly value?: string;
  readonly file?: string;
  readonly header?: Record<string, string>;
}

/** Adds the commands. */
export function addRecordCommands(kafka: Command, open: OpenKafka): void {
  kafka
    .command('consume <topic>')
    .description('follow a topic until Ctrl-C or the limit; with --json one object a line')
    .option(
      '--from <place>',
      'beginning, latest or an offset; with --group where it has no offset yet',
      readStart,
      'latest',
    )
    .option('--limit <number>', 'stop after so many', wholeFrom(1))
    .option('--partition <number>', 'only this one', wholeFrom(0))
    .option('--group <group>', 'read as a member of this group, going on where it stands and committing')
    .action(async (topic: string, { from, limit, partition, group }: Consume, command: Command) => {
      const { brokers, print } = open(command);
      if (group !== undefined && (typeof from === 'number' || partition !== undefined))
        throw new CommandFailure(
          exitCode.usage,
          'A group knows its offsets and partitions: leave them out with --group.',
        );
      await untilInterrupted(async (signal) => {
        const records =
          group === undefined
            ? followTopic(brokers, { topic, from, partition, signal })
            : consumeAsGroup(brokers, { topic, group, from, signal });
        let count = 0;
        for await (const record of records) {
          tellRecord(print, record);
          count += 1;
          if (count === limit) break;
        }
      });
    });

  kafka
    .command('peek <topic>')
    .description('show the last messages of a topic, without a group')
    .option('--limit <number>', 'at most so many', wholeFrom(1), 10)
    .action(async (topic: string, { limit }: { limit: number }, command: Command) => {
      const { brokers, print } = open(command);
      const records = await peekTopic(brokers, topic, limit);
      print.answer({ topic, records }, () => {
        if (records.length === 0) print.line('none');
        for (const record of records) tellRecord(print, record);
      });
    });

  kafka
    .command('produce <topic>')
    .description('send a message')
    .option('--key <text>', 'messages of one key keep their order')
    .option('--value <text>', 'what to send')
    .option('--file <path>', 'send what is in this file')
    .option('--header <name=value>', 'may be repeated', collectPair)
    .action(async (topic: string, { key, value, file, header = {} }: Produce, command: Command) => {
      if ((value === undefined) === (file === undefined))
        throw new CommandFailure(exitCode.usage, 'Give either --value or --file.');
      const { brokers, print } = open(command);
      const content = value ?? readContent(file ?? '');
      const [sent] = await produce(brokers, topic, [{ key, value: content, headers: header }]);
      print.answer({ topic, ...sent }, () => {
        print.line(`Sent to partition ${sent?.partition} at offset ${sent?.offset}.`);
      });
    });

  kafka
    .command('test-data')
    .description('send made-up events, as others would send them to Steadfast')
    .addArgument(new Argument('<topic>', 'where to').choices(TEST_TOPICS))
    .argument('<count>', 'how many', wholeFrom(1))
    .option('--order <id>', 'news is about this order; may be repeated', collect)
    .action(
      async (
        topic: string,
        count: number,
        { order: orders = ['order-test'] }: { order?: string[] },
        command: Command,
      ) => {
        const { brokers, print } = open(command);
        const made = { topic, count, orders, now: new Date(), random: Math.random, makeId: randomUUID };
        await produce(brokers, topic, makeTestEvents(made));
        print.answer({ topic, sent: count }, () => print.line(`Sent ${count} events to ${topic}.`));
      },
    );
}

/** One line for people, one object for programs. */
function tellRecord(print: Printer, record: ReadRecord): void {
  const { partition, offset, time, key, value } = record;
  print.line(print.json ? JSON.stringify(record) : `${time}  ${partition}/${offset}  ${key ?? '-'}  ${value ?? '-'}`);
}

/** Gives a signal that aborts at Ctrl-C, and where nobody reads the output any more. */
async function untilInterrupted(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.stdout.on('error', stop);
  try {
    await act(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    process.stdout.off('error', stop);
  }
}

function readContent(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(exitCode.usage, `The file ${file} cannot be read: ${(error as Error).message}`);
  }
}
