/** Which faults happen when: a pure function of the seed. */
import { oneOf, type Random, seededRandom, wholeNumber } from '../../cli/generate/random.ts';
import {
  DISKS,
  type Fault,
  type FaultKind,
  lengthOf,
  type Link,
  LINKS,
  OWN_PROCESSES,
  type PlannedFault,
  PROCESSES,
  type ProcessName,
} from './fault.ts';

/** How many faults over which span, and which kinds this machine can do. */
export interface PlanOptions {
  readonly seed: number;
  readonly faults: number;
  readonly durationMs: number;
  readonly possible: ReadonlySet<FaultKind>;
}

/** Every plan begins with one each of these, as far as there is room, before it goes on at random. */
const FIRST_OF_ALL: readonly ((random: Random) => Fault)[] = [
  (random) => ({ kind: 'kill', process: oneOf(random, ['worker-1', 'worker-2']) }),
  (random) => ({ kind: 'kill', process: oneOf(random, ['relay-1', 'relay-2']) }),
  () => ({ kind: 'kill', process: 'server' }),
  () => ({ kind: 'kill', process: 'postgres' }),
  () => ({ kind: 'kill', process: 'temporal' }),
  () => ({ kind: 'kill', process: 'kafka' }),
  fill,
  shift,
  (random) => cut(random, oneOf(random, LINKS)),
  (random) => slow(random, oneOf(random, LINKS)),
  (random) => silence(random, oneOf(random, LINKS)),
  () => ({ kind: 'crash', process: 'postgres' }),
  (random) => pause(random, oneOf(random, PROCESSES)),
  () => ({ kind: 'blackout' }),
  (random) => pause(random, oneOf(random, ['relay-1', 'relay-2'])),
  (random) => silence(random, oneOf(random, ['worker-postgres', 'worker-temporal'])),
];

/** What follows, the likelier the more often it stands here. */
const AFTERWARDS: readonly ((random: Random) => Fault)[] = [
  ...Array.from({ length: 8 }, () => (random: Random): Fault => ({ kind: 'kill', process: oneOf(random, PROCESSES) })),
  ...Array.from({ length: 4 }, () => (random: Random) => pause(random, oneOf(random, PROCESSES))),
  ...Array.from({ length: 4 }, () => (random: Random) => cut(random, oneOf(random, LINKS))),
  ...Array.from({ length: 4 }, () => (random: Random) => silence(random, oneOf(random, LINKS))),
  ...Array.from({ length: 3 }, () => (random: Random) => slow(random, oneOf(random, LINKS))),
  ...Array.from({ length: 3 }, () => shift),
  fill,
  fill,
  () => ({ kind: 'crash', process: 'postgres' }),
  () => ({ kind: 'blackout' }),
];

/** The first fault waits until there are orders, and the last one ends before they do. */
const MARGIN = { before: 0.05, after: 0.03 };

/** Makes the plan: faults by time, each over before `durationMs`; several may be under way at once. */
export function planFaults({ seed, faults, durationMs, possible }: PlanOptions): PlannedFault[] {
  const random = seededRandom(seed ^ 0x5eed_fa17);
  const isPossible = ({ kind }: Fault) => possible.has(kind);
  const chosen = FIRST_OF_ALL.map((make) => make(random))
    .filter(isPossible)
    .slice(0, faults);
  while (chosen.length < faults) {
    const fault = oneOf(random, AFTERWARDS)(random);
    if (isPossible(fault)) chosen.push(fault);
  }
  const from = durationMs * MARGIN.before;
  const slot = (durationMs * (1 - MARGIN.before - MARGIN.after)) / Math.max(1, faults);
  return shuffled(random, chosen).map((fault, place) => {
    const atMs = from + slot * (place + random());
    const latest = durationMs * (1 - MARGIN.after) - lengthOf(fault);
    return { atMs: Math.round(Math.max(0, Math.min(atMs, latest))), fault };
  });
}

function pause(random: Random, process: ProcessName): Fault {
  return { kind: 'pause', process, forMs: wholeNumber(random, 1_000, 9_000) };
}

function cut(random: Random, link: Link): Fault {
  return { kind: 'cut', link, forMs: wholeNumber(random, 500, 8_000) };
}

function silence(random: Random, link: Link): Fault {
  const lost = oneOf(random, ['requests', 'answers', 'both'] as const);
  return { kind: 'silence', link, lost, forMs: wholeNumber(random, 2_000, 12_000) };
}

function slow(random: Random, link: Link): Fault {
  return { kind: 'slow', link, latencyMs: wholeNumber(random, 100, 1_500), forMs: wholeNumber(random, 3_000, 10_000) };
}

function fill(random: Random): Fault {
  return { kind: 'fill', disk: oneOf(random, DISKS), forMs: wholeNumber(random, 3_000, 8_000) };
}

/** By less than the five minutes that receivers of webhooks allow clocks to differ. */
function shift(random: Random): Fault {
  const byMs = wholeNumber(random, 10_000, 240_000) * oneOf(random, [1, -1]);
  return { kind: 'shift', process: oneOf(random, OWN_PROCESSES), byMs, forMs: wholeNumber(random, 5_000, 15_000) };
}

function shuffled<T>(random: Random, all: readonly T[]): T[] {
  const rest = [...all];
  return Array.from({ length: rest.length }, () => rest.splice(Math.floor(random() * rest.length), 1)[0] as T);
}
