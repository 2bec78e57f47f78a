/** `steadfast kafka …`: looking after topics, groups, records and brokers, directly with Kafka. */
import type { Command } from 'commander';
import type { CliConfig } from '../config.ts';
import { ConfigError } from '../settings/config-error.ts';
import type { KafkaSecurity } from '../events/kafka/security.ts';
import { CommandFailure, exitCode } from './failure.ts';
import { readBrokers, readCount } from './kafka/arguments.ts';
import { addBrokerCommands } from './kafka/broker-commands.ts';
import { signInWith } from './kafka/connection.ts';
import { addGroupCommands } from './kafka/group-commands.ts';
import { addRecordCommands } from './kafka/record-commands.ts';
import type { KafkaSession, OpenKafka } from './kafka/session.ts';
import { addTopicCommands } from './kafka/topic-commands.ts';
import { createPrinter } from './printer.ts';
import type { GlobalOptions } from './session.ts';

/** Adds the commands; `readConfig` gives the settings of the command line, `readSecurity` what the brokers ask of it. */
export function addKafka(kafka: Command, readConfig: () => CliConfig, readSecurity: () => KafkaSecurity): void {
  kafka.option('--brokers <list>', 'where Kafka is, as host:port, several separated by commas (else KAFKA_BROKERS)');
  const open: OpenKafka = (command) => {
    signInWith(usable(readSecurity));
    return openKafka(command.optsWithGlobals<GlobalOptions & { brokers?: string }>(), readConfig());
  };
  addTopicCommands(kafka, open);
  addGroupCommands(kafka, open);
  addRecordCommands(kafka, open);
  addBrokerCommands(kafka, open);
}

function usable(readSecurity: () => KafkaSecurity): KafkaSecurity {
  try {
    return readSecurity();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(exitCode.usage, error.message);
  }
}

function openKafka(options: GlobalOptions & { brokers?: string }, config: CliConfig): KafkaSession {
  return {
    brokers: readBrokers(options.brokers ?? config.KAFKA_BROKERS),
    print: createPrinter({ json: options.json === true }),
    standard: {
      partitions: readCount('KAFKA_PARTITIONS', config.KAFKA_PARTITIONS),
      replication: readCount('KAFKA_REPLICATION', config.KAFKA_REPLICATION),
    },
  };
}
