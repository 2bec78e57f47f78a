import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../../api/batch.ts';
import { callerName } from '../../../api/limits/callers.ts';
import { countStreams } from '../../../api/limits/open-streams.ts';
import { createWorkGate, gated } from '../../../api/limits/work.ts';
import { bounded } from '../../../api/deadline.ts';
import { until } from '../../support/until.ts';

describe('work under way', () => {
  it('is refused beyond the bound, and taken again when some is done', async () => {
    const begin = createWorkGate(2);
    const first = Promise.withResolvers<string>();
    const second = Promise.withResolvers<string>();
    const answers = [begin(() => first.promise), begin(() => second.promise)];
    await expect(begin(() => Promise.resolve('third'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterSeconds: 1,
    });
    first.resolve('first');
    await answers[0];
    await expect(begin(() => Promise.resolve('third'))).resolves.toBe('third');
    second.resolve('second');
    await expect(Promise.all(answers)).resolves.toEqual(['first', 'second']);
  });

  it('counts until it is done, though its caller was answered that it took too long', async () => {
    const stuck = Promise.withResolvers<undefined>();
    const { read } = bounded(gated({ read: () => stuck.promise }, createWorkGate(1)), 1);
    await expect(read()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('too long') as string,
    });
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('1 requests under way') as string });
    stuck.resolve(undefined);
    await until(
      'there is room again',
      async () =>
        await read().then(
          () => true,
          () => false,
        ),
    );
  });

  it('counts no more where it fails', async () => {
    const begin = createWorkGate(1);
    await expect(begin(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(begin(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});

describe('open streams', () => {
  it('are refused beyond the bound of one caller and beyond that of all', () => {
    const take = countStreams({ most: 3, mostPerCaller: 2 });
    const leave = take('one');
    take('one');
    expect(() => take('one')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 5 }));
    take('two');
    expect(() => take('three')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE', retryAfterSeconds: 5 }));
    leave();
    leave();
    take('three');
    expect(() => take('four')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });

  it('of one caller are not counted where there is no bound for them', () => {
    const take = countStreams({ most: 100, mostPerCaller: 0 });
    for (let place = 0; place < 100; place += 1) take('one');
    expect(() => take('one')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });
});

it('orders that wait for the database are refused beyond the bound', async () => {
  const stuck = Promise.withResolvers<string[]>();
  const add = createBatcher<string, string>({
    run: () => stuck.promise,
    keysOf: () => [],
    size: 1,
    concurrency: 1,
    queueLimit: 2,
    isShared: () => false,
  });
  const first = add('first');
  await new Promise(setImmediate);
  const others = [add('second'), add('third')];
  await expect(add('fourth')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 1 });
  stuck.resolve(['done']);
  await expect(Promise.all([first, ...others])).resolves.toEqual(['done', 'done', 'done']);
});

describe('callers are told apart', () => {
  it('by who they are, where that is known', () => {
    expect(callerName({ kind: 'api_key', id: 'k1', role: 'operator' }, '10.0.0.1')).toBe('api_key:k1');
    expect(callerName({ kind: 'jwt', id: 'k1', role: 'operator' }, '10.0.0.1')).toBe('jwt:k1');
  });

  it('else by where they come from, an IPv6 network as one', () => {
    const anonymous = { kind: 'anonymous', id: 'anonymous', role: 'admin' } as const;
    expect(callerName(anonymous, '10.0.0.1')).toBe('10.0.0.1');
    expect(callerName(undefined, '::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(callerName(undefined, '2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(callerName(undefined, '2001:db8:1:2:ffff::1')).toBe('2001:db8:1:2::/64');
  });
});
