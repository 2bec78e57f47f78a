/** `steadfast kafka brokers` and `brokers config`. */
import type { Command } from 'commander';
import { wholeFrom } from './arguments.ts';
import { type BrokerHealth, readBrokers, readBrokerSettings } from './brokers.ts';
import { withAdmin } from './connection.ts';
import type { OpenKafka } from './session.ts';
import { tellSettings } from './settings-table.ts';

const GIGABYTE = 1e9;

/** Adds the commands. */
export function addBrokerCommands(kafka: Command, open: OpenKafka): void {
  const brokersCommand = kafka
    .command('brokers')
    .description('show the health of every broker')
    .action(async (_options: unknown, command: Command) => {
      const { brokers, print } = open(command);
      const health = await withAdmin(brokers, readBrokers);
      print.answer(health, () => {
        print.card([['cluster', health.cluster]]);
        print.table(
          ['broker', 'address', 'rack', 'health', 'controller', 'log directories'],
          health.brokers.map((broker) => [
            broker.id,
            broker.address,
            broker.rack ?? '',
            broker.error ?? 'reachable',
            broker.is_controller ? 'yes' : '',
            tellDirectories(broker),
          ]),
        );
      });
    });

  brokersCommand
    .command('config')
    .description('show the settings of a broker, of the first one where none is named')
    .argument('[id]', 'which', wholeFrom(0))
    .option('--all', 'show those, too, that nobody has made')
    .action(async (id: number | undefined, { all = false }: { all?: boolean }, command: Command) => {
      const { brokers, print } = open(command);
      const { broker, settings } = await withAdmin(brokers, (admin) => readBrokerSettings(admin, id));
      const shown = settings.filter(({ is_default }) => all || !is_default);
      print.answer({ broker, configuration: shown }, () => tellSettings(print, shown));
    });
}

function tellDirectories({ log_dirs }: BrokerHealth): string {
  return log_dirs
    .map(({ path, free_bytes, total_bytes }) =>
      free_bytes === undefined || total_bytes === undefined
        ? path
        : `${path} (${(free_bytes / GIGABYTE).toFixed(1)} of ${(total_bytes / GIGABYTE).toFixed(1)} GB free)`,
    )
    .join('; ');
}
