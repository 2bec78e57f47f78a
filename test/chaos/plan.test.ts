import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planIntents } from '../../chaos/customers/intent.ts';
import { detailsOf, type FaultKind, lengthOf, targetOf } from '../../chaos/plan/fault.ts';
import { planFaults } from '../../chaos/plan/plan.ts';

const EVERY_KIND: readonly FaultKind[] = [
  'kill',
  'crash',
  'blackout',
  'pause',
  'cut',
  'slow',
  'silence',
  'fill',
  'shift',
];
const all = new Set(EVERY_KIND);
const durationMs = 180_000;

describe('the plan of faults', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = (seed: number) => planFaults({ seed, faults: 20, durationMs, possible: all });
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has as many faults as wanted, by time, each over before the end', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 80 }), (seed, faults) => {
        const plan = planFaults({ seed, faults, durationMs, possible: all });
        expect(plan).toHaveLength(faults);
        for (const { atMs, fault } of plan) {
          expect(atMs).toBeGreaterThanOrEqual(0);
          expect(atMs + lengthOf(fault)).toBeLessThanOrEqual(durationMs);
        }
      }),
    );
  });

  it.each([1, 2, 3])('kills each kind of process, fills a disk, shifts a clock and hurts links: seed %i', (seed) => {
    const small = planFaults({ seed, faults: 10, durationMs, possible: all });
    const killed = small.flatMap(({ fault }) => (fault.kind === 'kill' ? [fault.process.split('-')[0]] : []));
    expect(killed.toSorted()).toEqual(['kafka', 'postgres', 'relay', 'server', 'temporal', 'worker']);
    expect(small.map(({ fault }) => fault.kind)).toEqual(expect.arrayContaining(['fill', 'shift', 'cut', 'slow']));
    const large = planFaults({ seed, faults: 60, durationMs, possible: all });
    expect(new Set(large.map(({ fault }) => fault.kind))).toEqual(all);
  });

  it('leaves out what the machine cannot do, and still has as many', () => {
    const possible = new Set<FaultKind>(['kill', 'pause']);
    const plan = planFaults({ seed: 1, faults: 40, durationMs, possible });
    expect(plan).toHaveLength(40);
    expect(new Set(plan.map(({ fault }) => fault.kind))).toEqual(possible);
  });

  it('can be told in words', () => {
    expect(detailsOf({ kind: 'shift', process: 'server', byMs: -90_000, forMs: 5000 })).toBe('5.0 s, by −90.0 s');
    expect(detailsOf({ kind: 'silence', link: 'relay-webhooks', lost: 'answers', forMs: 500 })).toBe(
      '0.5 s, answers lost',
    );
    expect(targetOf({ kind: 'fill', disk: 'kafka', forMs: 1 })).toBe('disk of kafka');
    expect(targetOf({ kind: 'blackout' })).toBe('everything');
  });
});

describe('the customers of a run', () => {
  it('are the same for the same seed, one for each order, within the time', () => {
    const intents = planIntents({ seed: 3, orders: 500, durationMs });
    expect(intents).toEqual(planIntents({ seed: 3, orders: 500, durationMs }));
    expect(new Set(intents.map(({ customerId }) => customerId)).size).toBe(500);
    for (const { atMs } of intents) expect(atMs).toBeLessThanOrEqual(durationMs);
  });

  it('use both protocols and both ways to repeat, and want everything that can be wanted', () => {
    const intents = planIntents({ seed: 3, orders: 500, durationMs });
    expect(new Set(intents.map(({ protocol }) => protocol))).toEqual(new Set(['rest', 'grpc']));
    expect(new Set(intents.map(({ identity }) => identity))).toEqual(new Set(['key', 'id']));
    const wishes = new Set(intents.flatMap(({ wish }) => wish?.what ?? []));
    expect(wishes).toEqual(new Set(['cancel', 'confirm', 'deliver', 'approve', 'deny']));
    expect(intents.some(({ isDoubled }) => isDoubled) && intents.some(({ isImpatient }) => isImpatient)).toBe(true);
  });
});
