import { expect, it } from 'vitest';
import { ArgumentError, readArguments } from '../../chaos/arguments.ts';

const draw = () => 42;

it('has a small run as its standard, with a seed that is drawn', () => {
  expect(readArguments([], draw)).toEqual({
    seed: 42,
    orders: 300,
    faults: 10,
    minutes: 5,
    isComplete: false,
    histories: undefined,
  });
});

it('takes what is given', () => {
  const args = [
    '--seed',
    '7',
    '--orders=2000',
    '--faults',
    '60',
    '--minutes',
    '7.5',
    '--complete',
    '--histories',
    'there',
  ];
  expect(readArguments(args, draw)).toEqual({
    seed: 7,
    orders: 2000,
    faults: 60,
    minutes: 7.5,
    isComplete: true,
    histories: 'there',
  });
});

it.each([
  [1, 10],
  [300, 10],
  [2000, 60],
  [100_000, 1000],
])('has, where nothing is said of faults, for %i orders %i of them', (orders, faults) => {
  expect(readArguments(['--orders', String(orders)], draw).faults).toBe(faults);
});

it.each([['--orders', '0'], ['--orders', '1.5'], ['--minutes', 'x'], ['--seed', '-1'], ['--what'], ['orders']])(
  'refuses %s %s',
  (...args) => {
    expect(() => readArguments(args, draw)).toThrow(ArgumentError);
  },
);
