import { describe, expect, it } from 'vitest';
import { coresUsed, describeBusiest } from '../../../bench/growth/busiest.ts';

const CPU = { server: 1, temporal: 9, worker: 5 };

describe('the busiest process', () => {
  it('comes first, each with the cores that it kept busy', () => {
    expect(coresUsed(CPU, 10)).toEqual([
      { name: 'temporal', cores: 0.9 },
      { name: 'worker', cores: 0.5 },
      { name: 'server', cores: 0.1 },
    ]);
  });

  it('is told beside all of them and the next one', () => {
    expect(describeBusiest(CPU, 10)).toBe('temporal 0.90 of 1.50 cores, worker 0.50');
  });
});
