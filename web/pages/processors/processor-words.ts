/** What the processors are for, and how they are, in plain words. */
import { formatSpan } from '../../elements/moment.tsx';
import type { Processor, System } from './history.ts';

/** How something is, in a word and a colour; what needs somebody comes with `problem`, a whole sentence. */
export interface Health {
  readonly words: string;
  readonly colour: 'teal' | 'yellow' | 'red' | 'gray';
  readonly problem?: string;
}

const DOES: Readonly<Record<string, string>> = {
  'workflow-starter': 'Starts the workflow of each new order',
  kafka: 'Publishes every event to Kafka, in order for each order',
  webhooks: 'Prepares a delivery for each webhook that wants the event',
  projections: 'Adds every event to the statistics, once',
  cache: 'Drops changed orders from the Redis cache',
  inbound: 'Takes carrier news and order requests in from Kafka',
  'alert-raiser': 'Looks for orders that are stuck or changed too often',
  'workflow-reviver': 'Starts lost workflows of open orders anew',
  'dead-letter-archiver': 'Moves old resolved dead letters to the archive',
};

const KINDS: Readonly<Record<Processor['kind'], string>> = {
  follower: 'Follows the order log',
  inbound: 'Reads Kafka',
  beat: 'Looks around at a steady beat',
};

const NEEDS: Readonly<Record<string, 'kafka' | 'redis'>> = { kafka: 'kafka', inbound: 'kafka', cache: 'redis' };
const BEHIND_AFTER_SECONDS = 30;
const JUST_FAILED_MS = 60_000;

/** What a processor does. */
export function doesWhat({ name, kind }: Processor): string {
  return DOES[name] ?? KINDS[kind];
}

/** How a processor is at the moment of the snapshot. */
export function healthOf(processor: Processor, { as_of, services }: System): Health {
  const { name, leading, lag_seconds: lagSeconds, last_error_at: lastErrorAt } = processor;
  const need = NEEDS[name];
  if (need !== undefined && !services[need]) return { words: 'Not in use', colour: 'gray' };
  if (leading === false) {
    const problem = `No process runs ${name}; a relay takes it over within seconds if one is alive.`;
    return { words: 'Nobody leads', colour: 'red', problem };
  }
  const hasJustFailed = lastErrorAt !== undefined && Date.parse(as_of) - Date.parse(lastErrorAt) < JUST_FAILED_MS;
  if (lagSeconds !== null && lagSeconds >= BEHIND_AFTER_SECONDS) {
    const because = hasJustFailed && processor.last_error !== undefined ? `: ${processor.last_error}` : '';
    const problem = `${name} is ${formatSpan(lagSeconds * 1000)} behind${because}.`;
    return { words: 'Behind', colour: 'red', problem };
  }
  if (hasJustFailed) {
    return { words: 'Errors', colour: 'yellow', problem: `${name} failed within the last minute and tries again.` };
  }
  return { words: 'Well', colour: 'teal' };
}

/** Everything that needs somebody, a sentence each. */
export function problemsOf(system: System): string[] {
  const services = Object.entries(system.services).flatMap(([name, { status, detail }]) =>
    status === 'up' ? [] : [`${SERVICES[name]?.name ?? name} is down${detail === undefined ? '' : `: ${detail}`}.`],
  );
  const processors = (system.processors ?? []).flatMap((one) => healthOf(one, system).problem ?? []);
  return [...services, ...processors];
}

/** What Steadfast leans on. */
export const SERVICES: Readonly<Record<string, { name: string; use: string }>> = {
  postgres: { name: 'PostgreSQL', use: 'Keeps the orders and their log' },
  temporal: { name: 'Temporal', use: 'Runs the workflows of orders' },
  workers: { name: 'Workers', use: 'Carry the workflows out' },
  kafka: { name: 'Kafka', use: 'Takes the events, brings news' },
  redis: { name: 'Redis', use: 'Caches orders that are read' },
};
