import { describe, expect, it } from 'vitest';
import { PrerequisiteError, requirePrerequisites } from '../../bench/prerequisites.ts';

const NEEDS = { read: [], life: ['temporal'], delay: ['temporal'], kafka: ['temporal', 'kafka'] } as const;

describe('prerequisites', () => {
  const find = (missing: readonly string[]) => {
    const looked: string[] = [];
    const looking = (name: string) => () => {
      looked.push(name);
      return missing.includes(name) ? Promise.reject(new Error(`Install ${name}.`)) : Promise.resolve(name);
    };
    return { looked, find: { temporal: looking('temporal'), kafka: looking('kafka'), chromium: looking('chromium') } };
  };

  it('are looked for once each, and only where a wanted benchmark needs them', async () => {
    const { looked, find: finding } = find(['chromium']);
    await requirePrerequisites({ names: ['read', 'life', 'delay'], needs: NEEDS }, finding);
    expect(looked).toEqual(['temporal']);
  });

  it('that are missing are all told, with who needs them, what to do, and what runs without', async () => {
    const { find: finding } = find(['temporal', 'kafka']);
    const names = ['read', 'life', 'delay', 'kafka'];
    const refusal = requirePrerequisites({ names, needs: NEEDS }, finding);
    await expect(refusal).rejects.toThrow(PrerequisiteError);
    await expect(refusal).rejects.toThrow(
      [
        'temporal is missing, which life, delay, kafka need. Install temporal.',
        'kafka is missing, which kafka needs. Install kafka.',
        'Benchmarks that can run without: read.',
      ].join('\n'),
    );
  });
});
