import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { arrive } from '../../cli/generate/arrivals.ts';
import { latenciesOf, Outcomes } from '../../cli/generate/outcomes.ts';

const never = new AbortController().signal;

describe('arrivals', () => {
  it('begin at a steady rate, however long the work takes', async () => {
    let begun = 0;
    let done = 0;
    const startedAt = performance.now();
    const work = async () => {
      begun += 1;
      if (begun === 20) expect(done).toBe(0);
      await sleep(2000);
      done += 1;
    };
    await arrive(work, { rate: 50, count: 20, mostUnderWay: 100, signal: never });
    expect(done).toBe(20);
    // The last one begins 0.38 s after the first one.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2370);
  });

  it('are never more at once than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (underWay += 1));
      await sleep(5);
      underWay -= 1;
    };
    await arrive(work, { count: 40, mostUnderWay: 7, signal: never });
    expect(most).toBe(7);
    most = 0;
    await arrive(work, { rate: 5000, count: 40, mostUnderWay: 3, signal: never });
    expect(most).toBe(3);
  });

  it('end when they are told to, and wait for what is under way', async () => {
    const stopping = new AbortController();
    let done = 0;
    const work = async () => {
      if (done === 3) stopping.abort();
      await sleep(20);
      done += 1;
    };
    await arrive(work, { rate: 30, mostUnderWay: 10, signal: stopping.signal });
    expect(done).toBeGreaterThanOrEqual(4);
    expect(done).toBeLessThan(10);
  });
});

describe('outcomes', () => {
  it('count each order once, whatever is seen of it', () => {
    const outcomes = new Outcomes();
    for (const id of ['a', 'b', 'c', 'd'])
      outcomes.accepted({ id, created_at: '2026-01-01T00:00:00Z' }, { isLarge: id === 'd', ms: 10 });
    outcomes.refused('INVALID_REQUEST', 5);
    outcomes.failed('unreachable');
    for (const status of ['DELIVERED', 'DELIVERED']) outcomes.settled('a', { status });
    outcomes.settled('b', { status: 'CANCELLED', failure_reason: 'OUT_OF_STOCK' });
    outcomes.settled('somebody-elses', { status: 'DELIVERED' });
    outcomes.awaitsApproval('d');
    outcomes.awaitsApproval('somebody-elses');
    expect(outcomes.isMoving).toBe(true);
    expect(outcomes.summary()).toMatchObject({
      sent: 6,
      accepted: 4,
      large: 1,
      refused: { INVALID_REQUEST: 1 },
      errors: { unreachable: 1 },
      delivered: 1,
      cancelled: { OUT_OF_STOCK: 1 },
      awaiting_approval: 1,
      open: 1,
    });
    outcomes.settled('c', { status: 'DELIVERED' });
    expect(outcomes.isMoving).toBe(false);
  });

  it('tell percentiles by nearest rank', () => {
    expect(latenciesOf(Array.from({ length: 100 }, (_, place) => 100 - place))).toEqual({
      p50: 50,
      p95: 95,
      p99: 99,
      max: 100,
    });
    expect(latenciesOf([])).toBeUndefined();
  });
});
