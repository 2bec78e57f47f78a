import type { Command } from 'commander';
import type { Printer } from '../printer.ts';

/** What a Kafka command works with. */
export interface KafkaSession {
  /** As host:port. */
  readonly brokers: readonly string[];
  readonly print: Printer;
  /** What topics are made with where nothing else is said. */
  readonly standard: { readonly partitions: number; readonly replication: number };
}

/** Makes the session of a command from its options and the settings. */
export type OpenKafka = (command: Command) => KafkaSession;
