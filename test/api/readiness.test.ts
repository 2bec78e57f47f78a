import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { createReadiness } from '../../api/readiness.ts';
import { shareLook } from '../../api/shared-look.ts';
import type { Database } from '../../db/client.ts';
import { until } from '../support/until.ts';

/** A readiness whose dependencies never answer, and how often each was asked. */
function frozen(draining?: AbortSignal) {
  const asked = { statements: 0, temporal: 0, kafka: 0 };
  const never = (name: keyof typeof asked) => () => {
    asked[name] += 1;
    return new Promise<never>(() => undefined);
  };
  const temporal = { options: { namespace: 'default' }, withDeadline: never('temporal') };
  const readiness = createReadiness({
    db: never('statements') as unknown as Database,
    temporal: temporal as unknown as Client,
    taskQueue: 'orders',
    optional: [{ name: 'kafka', check: never('kafka') }],
    ...(draining && { draining }),
  });
  return { readiness, asked };
}

it('however many ask, each dependency is asked once, also while it does not answer', async () => {
  const { readiness, asked } = frozen();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => readiness()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['unavailable']));
  // Those who asked were told that nobody answers; what was asked is still under way.
  expect(await readiness()).toMatchObject({
    missing: ['postgres', 'temporal', 'workers', 'kafka'],
    dependencies: { postgres: { status: 'down', detail: 'does not answer' } },
  });
  expect(asked).toEqual({ statements: 1, temporal: 1, kafka: 1 });
});

it('a server that is about to stop says so at once', async () => {
  const draining = new AbortController();
  const { readiness } = frozen(draining.signal);
  expect(await readiness()).toMatchObject({ status: 'unavailable' });
  draining.abort();
  expect(await readiness()).toMatchObject({ status: 'stopping' });
});

it('a look is told again for a while after its answer, and then begins anew', async () => {
  let looks = 0;
  const answers: PromiseWithResolvers<undefined>[] = [];
  const look = shareLook(
    () => {
      looks += 1;
      const answer = Promise.withResolvers<undefined>();
      answers.push(answer);
      return { asked: answer.promise, outcome: Promise.resolve(looks) };
    },
    { keepMs: 100, giveUpMs: 600_000 },
  );
  expect([await look(), await look()]).toEqual([1, 1]);
  answers[0]!.resolve(undefined);
  expect(await look()).toBe(1);
  await until('it looks anew', async () => (await look()) === 2);
  answers[1]!.reject(new Error('away'));
  await until('it looks anew after a failure, too', async () => (await look()) === 3);
});

it('a question that is never answered is asked again in the end', async () => {
  let looks = 0;
  const look = shareLook(() => ({ asked: new Promise(() => undefined), outcome: Promise.resolve((looks += 1)) }), {
    keepMs: 0,
    giveUpMs: 50,
  });
  expect(await look()).toBe(1);
  await until('it looks anew', async () => (await look()) === 2);
});
