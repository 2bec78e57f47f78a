/** Reading the arguments of the Kafka commands; what cannot be read is a usage error. */
import { InvalidArgumentError } from 'commander';
import { ListOffsetTimestamps } from '@platformatic/kafka';
import { CommandFailure, exitCode } from '../failure.ts';
import type { Start } from './records.ts';

const BROKERS = /^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/;
const MOMENT = /^\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d))?$/;

/** Brokers as host:port, several separated by commas. */
export function readBrokers(text: string | undefined): string[] {
  if (text === undefined)
    throw new CommandFailure(exitCode.usage, 'No broker is named: give --brokers host:port or set KAFKA_BROKERS.');
  if (BROKERS.test(text)) return text.split(',');
  throw new CommandFailure(exitCode.usage, `Brokers must be host:port, several separated by commas, not "${text}".`);
}

/** A setting that is a whole number from 1. */
export function readCount(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CommandFailure(exitCode.usage, `${name} must be a whole number from 1, not "${text}".`);
}

/** Reads a whole number from a bound on. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
  };
}

/** Collects `name=value`; the value may be empty. */
export function collectPair(text: string, pairs: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name=value.');
  return { ...pairs, [name]: value };
}

/** Collects words. */
export function collect(text: string, words: readonly string[] = []): string[] {
  return [...words, text];
}

/** Where to begin reading. */
export function readStart(text: string): Start {
  if (text === 'beginning' || text === 'latest') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be beginning, latest or an offset.');
}

/** Where to set a group: an offset of `ListOffsetTimestamps`, or milliseconds since the epoch. */
export function readTarget(text: string): bigint {
  if (text === 'earliest') return ListOffsetTimestamps.EARLIEST;
  if (text === 'latest') return ListOffsetTimestamps.LATEST;
  const time = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return BigInt(time);
  throw new InvalidArgumentError('It must be earliest, latest or a time such as 2026-11-21T08:00:00Z.');
}
