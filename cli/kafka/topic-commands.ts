/** `steadfast kafka setup`, `topics list|describe|config` and `count`. */
import type { Command } from 'commander';
import { ensureTopics, NEEDED_TOPICS } from '../../events/kafka/topics.ts';
import type { Printer } from '../printer.ts';
import { collectPair, wholeFrom } from './arguments.ts';
import { guarded, withAdmin } from './connection.ts';
import type { OpenKafka } from './session.ts';
import { tellSettings } from './settings-table.ts';
import {
  changeTopicSettings,
  describePartitions,
  listTopics,
  type Partition,
  readTopicSettings,
  type TopicSummary,
} from './topics.ts';

interface Setup {
  readonly partitions?: number;
  readonly replication?: number;
}

interface Config {
  readonly set?: Record<string, string>;
  readonly all?: boolean;
}

/** Adds the commands. */
export function addTopicCommands(kafka: Command, open: OpenKafka): void {
  kafka
    .command('setup')
    .description('make the topics of Steadfast that are missing')
    .option('--partitions <number>', 'of each new topic (else KAFKA_PARTITIONS, else 6)', wholeFrom(1))
    .option('--replication <number>', 'of each new topic (else KAFKA_REPLICATION, else 1)', wholeFrom(1))
    .action(async (options: Setup, command: Command) => {
      const { brokers, print, standard } = open(command);
      const before = await withAdmin(brokers, (admin) => admin.listTopics());
      await guarded(brokers, () => ensureTopics({ brokers, clientId: 'steadfast-cli', ...standard, ...options }));
      const made = NEEDED_TOPICS.filter((topic) => !before.includes(topic));
      const topics = (await withAdmin(brokers, listTopics)).filter(({ topic }) => NEEDED_TOPICS.includes(topic));
      print.answer({ made, topics }, () => {
        tellTopics(print, topics);
        print.line(made.length === 0 ? 'All were there already.' : `Made ${made.length}: ${made.join(', ')}`);
      });
    });

  const topics = kafka.command('topics').description('Topics and their settings');

  topics
    .command('list')
    .description('list the topics')
    .action(async (_options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const found = await withAdmin(brokers, listTopics);
      print.answer({ topics: found }, () => tellTopics(print, found));
    });

  topics
    .command('describe <topic>')
    .description('show partitions, leaders, replicas, offsets and the settings that somebody has made')
    .action(async (topic: string, _options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const [partitions, settings] = await withAdmin(brokers, async (admin) => [
        await describePartitions(admin, topic),
        await readTopicSettings(admin, topic),
      ]);
      const configuration = settings.filter(({ is_default }) => !is_default);
      print.answer({ topic, partitions, configuration }, () => {
        tellPartitions(print, partitions);
        tellSettings(print, configuration);
      });
    });

  topics
    .command('config <topic>')
    .description('show the settings of a topic, or change some')
    .option('--set <name=value>', 'a new value, or none for the standard one; may be repeated', collectPair)
    .option('--all', 'show those, too, that nobody has made')
    .action(async (topic: string, { set, all = false }: Config, command: Command) => {
      const { brokers, print } = open(command);
      const settings = await withAdmin(brokers, async (admin) => {
        if (set !== undefined) await changeTopicSettings(admin, topic, set);
        return readTopicSettings(admin, topic);
      });
      const shown = settings.filter(({ is_default }) => all || !is_default);
      print.answer({ topic, configuration: shown }, () => tellSettings(print, shown));
    });

  kafka
    .command('count <topic>')
    .description('count the messages of a topic, by partition')
    .action(async (topic: string, _options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const partitions = (await withAdmin(brokers, (admin) => describePartitions(admin, topic))).map(
        ({ partition, first_offset, end_offset }) => ({ partition, messages: end_offset - first_offset }),
      );
      const total = partitions.reduce((sum, { messages }) => sum + messages, 0);
      print.answer({ topic, total, partitions }, () => {
        print.table(
          ['partition', 'messages'],
          [...partitions.map(({ partition, messages }) => [partition, messages]), ['total', total]],
        );
      });
    });
}

function tellTopics(print: Printer, topics: readonly TopicSummary[]): void {
  print.table(
    ['topic', 'partitions', 'replication', 'messages'],
    topics.map(({ topic, partitions, replication, messages }) => [topic, partitions, replication, messages]),
  );
}

function tellPartitions(print: Printer, partitions: readonly Partition[]): void {
  print.table(
    ['partition', 'leader', 'replicas', 'in sync', 'first offset', 'end offset'],
    partitions.map(({ partition, leader, replicas, in_sync, first_offset, end_offset }) => [
      partition,
      leader,
      replicas.join(', '),
      in_sync.join(', '),
      first_offset,
      end_offset,
    ]),
  );
}
