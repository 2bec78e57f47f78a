import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../events/turns.ts';

it('at most so many run at once, first come, first served, and a failure gives its place on', async () => {
  const takeTurn = createTurns(3);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, place) =>
      takeTurn(async () => {
        begun.push(place);
        running += 1;
        most = Math.max(most, running);
        await sleep(place % 3);
        running -= 1;
        if (place % 5 === 0) throw new Error('failed');
        return place;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(begun).toEqual(Array.from({ length: 50 }, (_, place) => place));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
});
