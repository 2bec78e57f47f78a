import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createSampler, type Sampler, type SamplerOptions } from '../../api/sampler.ts';
import { until } from '../support/until.ts';

/** Something to look at, and a sampler that does so every few milliseconds. */
function look(options: Partial<SamplerOptions<number>> = {}) {
  const state = { value: 0, asked: 0, atOnce: 0, most: 0, takesMs: 1 };
  const ask = async () => {
    state.asked += 1;
    state.atOnce += 1;
    state.most = Math.max(state.most, state.atOnce);
    await sleep(state.takesMs);
    state.atOnce -= 1;
    return state.value;
  };
  const isSame = (one: number, other: number) => one === other;
  return { state, sampler: createSampler({ ask, isSame, sampleMs: 5, tellMs: 60_000, ...options }) };
}

/** Listens for good, or until it leaves. */
function listen(sampler: Sampler<number>) {
  const leaving = new AbortController();
  const heard: number[] = [];
  const listener = sampler.listen(leaving.signal);
  const listening = (async () => {
    while (!leaving.signal.aborted) {
      const sample = await listener.next(60_000);
      if (sample !== undefined) heard.push(sample);
    }
  })();
  const leave = async () => {
    leaving.abort();
    await listening;
  };
  onTestFinished(leave);
  return { heard, leave };
}

it('nobody is asked while nobody listens, and again while somebody does', async () => {
  const { state, sampler } = look();
  await sleep(30);
  expect(state.asked).toBe(0);
  const first = listen(sampler);
  await until('it was asked', () => state.asked > 2);
  await first.leave();
  await until('the asking has ended', async () => {
    const before = state.asked;
    await sleep(40);
    return state.asked === before;
  });
  state.value = 7;
  const second = listen(sampler);
  await until('the second hears how it is now', () => second.heard.length > 0);
  expect(second.heard[0]).toBe(7);
});

it('many who listen share each question, and no two are asked at once however long one takes', async () => {
  const { state, sampler } = look();
  state.takesMs = 20;
  const listeners = Array.from({ length: 50 }, () => listen(sampler));
  await until('all have heard', () => listeners.every(({ heard }) => heard.length === 1));
  state.value = 1;
  await until('all have heard of the change', () => listeners.every(({ heard }) => heard.at(-1) === 1));
  expect(state.most).toBe(1);
  expect(state.asked).toBeLessThan(10);
});

it('one who comes later hears at once how it is', async () => {
  const { state, sampler } = look();
  state.value = 3;
  const early = listen(sampler);
  await until('the first has heard', () => early.heard.length === 1);
  state.takesMs = 600_000;
  const late = sampler.listen(AbortSignal.timeout(600_000));
  expect(await late.next(1000)).toBe(3);
});

it('what stays the same is told once, and again after a while', async () => {
  const { state, sampler } = look();
  const { heard } = listen(sampler);
  await until('it was looked at often', () => state.asked > 10);
  expect(heard).toEqual([0]);
  const often = look({ tellMs: 20 });
  const { heard: repeated } = listen(often.sampler);
  await until('it was told again', () => repeated.length > 2);
});

it('one who is slow hears the newest of what it has missed', async () => {
  const { state, sampler } = look();
  const listener = sampler.listen(AbortSignal.timeout(60_000));
  const { heard } = listen(sampler);
  for (const value of [1, 2, 3]) {
    state.value = value;
    await until('the quick one has heard it', () => heard.at(-1) === value);
  }
  expect(await listener.next(1000)).toBe(3);
  expect(await listener.next(20)).toBeUndefined();
});

it('one who has left waits no longer', async () => {
  const { sampler } = look();
  const leaving = new AbortController();
  const listener = sampler.listen(leaving.signal);
  await listener.next(1000);
  const next = listener.next(600_000);
  leaving.abort();
  expect(await next).toBeUndefined();
});
