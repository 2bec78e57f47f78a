import { expect, it } from 'vitest';
import { createBuffer } from '../../events/event-buffer.ts';
import { makeLoggedEvent } from './logged-event.ts';

const never = new AbortController().signal;
const small = (position: number) => makeLoggedEvent({ position });
const large = (position: number) => makeLoggedEvent({ position, reason: 'x'.repeat(100_000) });

it('keeps what comes, in order, and gives it once', () => {
  const buffer = createBuffer();
  const events = [1, 2, 3].map(small);
  events.forEach(buffer.add);
  expect(buffer.take()).toEqual(events);
  expect(buffer.take()).toEqual([]);
});

it.each([
  ['256 events', small, 256],
  ['256 kB', large, 2],
])('holds at most %s: beyond, it drops all and keeps nothing until it is cleared', (_name, make, most) => {
  const buffer = createBuffer();
  for (let position = 0; position < most; position += 1) buffer.add(make(position));
  expect(buffer.hasOverflowed()).toBe(false);
  for (let position = most; position < 10 * most; position += 1) buffer.add(make(position));
  expect(buffer.hasOverflowed()).toBe(true);
  expect(buffer.take()).toEqual([]);
  buffer.clear();
  const next = make(0);
  buffer.add(next);
  expect(buffer.take()).toEqual([next]);
});

it('wakes who waits by an event, an overflow, the time or an abort', async () => {
  const buffer = createBuffer({ events: 1, characters: 1_000_000 });
  await buffer.wait(5, never);
  const stopping = new AbortController();
  const aborted = buffer.wait(60_000, stopping.signal);
  stopping.abort();
  await aborted;
  await buffer.wait(60_000, stopping.signal);
  const woken = buffer.wait(60_000, never);
  buffer.add(small(1));
  await woken;
  await buffer.wait(60_000, never);
  buffer.add(small(2));
  await buffer.wait(60_000, never);
  expect(buffer.hasOverflowed()).toBe(true);
});
