/** `steadfast kafka groups list|describe|reset|delete` and `lag`. */
import type { Command } from 'commander';
import type { Printer } from '../printer.ts';
import { readTarget } from './arguments.ts';
import { withAdmin } from './connection.ts';
import { deleteGroup, describeGroup, listGroups, type Progress, resetGroup } from './groups.ts';
import type { OpenKafka } from './session.ts';

interface Reset {
  readonly topic: string;
  readonly to: bigint;
  readonly dryRun?: boolean;
}

/** Adds the commands. */
export function addGroupCommands(kafka: Command, open: OpenKafka): void {
  const groups = kafka.command('groups').description('Consumer groups, what they read and how far they are');

  groups
    .command('list')
    .description('list the consumer groups')
    .action(async (_options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const found = await withAdmin(brokers, listGroups);
      print.answer({ groups: found }, () => {
        print.table(
          ['group', 'state', 'members', 'topics'],
          found.map(({ group, state, members, topics }) => [group, state, members, topics.join(', ')]),
        );
      });
    });

  groups
    .command('describe <group>')
    .description('show members, what they read, offsets and lag')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const group = await withAdmin(brokers, (admin) => describeGroup(admin, name));
      print.answer(group, () => {
        print.card([
          ['group', group.group],
          ['state', group.state],
          ['lag', group.lag],
        ]);
        print.table(
          ['member', 'client', 'host', 'reads'],
          group.members.map(({ id, client_id, host, assignments }) => [
            id,
            client_id,
            host,
            assignments.map(({ topic, partitions }) => `${topic}: ${partitions.join(', ')}`).join('; '),
          ]),
        );
        tellProgress(print, group.offsets);
      });
    });

  groups
    .command('reset <group>')
    .description('set what a group without members reads next')
    .requiredOption('--topic <topic>', 'of which topic')
    .requiredOption('--to <place>', 'earliest, latest or a time such as 2026-11-21T08:00:00Z', readTarget)
    .option('--dry-run', 'only show what would change')
    .action(async (name: string, { topic, to, dryRun = false }: Reset, command: Command) => {
      const { brokers, print } = open(command);
      const changes = await withAdmin(brokers, (admin) => resetGroup(admin, name, { topic, to, dryRun }));
      print.answer({ group: name, dry_run: dryRun, changes }, () => {
        print.table(
          ['topic', 'partition', 'from', 'to'],
          changes.map((change) => [change.topic, change.partition, change.from ?? 'none', change.to]),
        );
        if (dryRun) print.line('Nothing was changed (--dry-run).');
      });
    });

  groups
    .command('delete <group>')
    .description('remove a group without members, with its offsets')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      await withAdmin(brokers, (admin) => deleteGroup(admin, name));
      print.answer({ group: name, deleted: true }, () => print.line(`Group "${name}" is deleted.`));
    });

  kafka
    .command('lag <group>')
    .description('show how far a group is behind, by partition')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const { group, lag, offsets } = await withAdmin(brokers, (admin) => describeGroup(admin, name));
      print.answer({ group, lag, offsets }, () => {
        tellProgress(print, offsets);
        print.line(`total lag: ${lag}`);
      });
    });
}

function tellProgress(print: Printer, offsets: readonly Progress[]): void {
  print.table(
    ['topic', 'partition', 'offset', 'end', 'lag'],
    offsets.map(({ topic, partition, offset, end_offset, lag }) => [
      topic,
      partition,
      offset ?? 'none',
      end_offset,
      lag,
    ]),
  );
}
