import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, describeChoices, readArguments } from '../../bench/arguments.ts';

const CHOICES = {
  accept: { title: 'accepting orders' },
  life: { title: 'whole lives' },
  quick: { title: 'ratios', isOnlyByName: true },
};

describe('arguments', () => {
  it('run every benchmark where none is named, but those that run only by name', () => {
    const none = { runs: undefined, isExplaining: false, isHelp: false };
    expect(readArguments([], CHOICES)).toEqual({ ...none, names: ['accept', 'life'] });
    expect(readArguments(['quick'], CHOICES)).toEqual({ ...none, names: ['quick'] });
    expect(readArguments(['life', '--runs', '2', '--explain', 'life'], CHOICES)).toEqual({
      names: ['life'],
      runs: 2,
      isExplaining: true,
      isHelp: false,
    });
  });

  it('that make no sense are refused', () => {
    for (const args of [['nap'], ['--runs', '0'], ['--runs', 'many'], ['--loud']])
      expect(() => readArguments(args, CHOICES)).toThrow(ArgumentError);
  });

  it('that ask for help are answered with each benchmark', () => {
    expect(readArguments(['--help'], CHOICES).isHelp).toBe(true);
    const lines = describeChoices(CHOICES).split('\n');
    expect(lines).toContain('  accept  accepting orders');
    expect(lines).toContain('  quick   ratios (only by name)');
  });
});

describe('the command', () => {
  const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../bench/run.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });

  it('says of an unknown name which benchmarks exist, and ends with exit code 2', () => {
    const { status, stderr } = run(['accept', 'nap']);
    expect(status).toBe(2);
    expect(stderr).toContain('There is no benchmark nap.');
    expect(stderr).toContain('accept, read, list, life');
  });

  it('says before anything starts what is missing and what runs without it, and ends with exit code 2', () => {
    const { status, stdout, stderr } = run(['read', 'life'], { TEMPORAL_CLI_PATH: '/nowhere/temporal' });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('temporal is missing, which life needs.');
    expect(stderr).toContain('/nowhere/temporal: not there');
    expect(stderr).toContain('Benchmarks that can run without: read, list, open-orders, overview.');
  });

  it('lists what exists where it is asked for help', () => {
    const { status, stdout } = run(['--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}stream +event to 20 subscribers of the live stream, 40 orders\/s for 20 s$/m);
    expect(stdout).toMatch(/^ {2}quick .*\(only by name\)$/m);
  });
});
