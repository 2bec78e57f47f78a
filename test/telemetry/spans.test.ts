import { describe, expect, it } from 'vitest';
import {
  activeTrace,
  annotateSpan,
  inSpan,
  isTracing,
  startSpan,
  traceparentOfSpan,
  withParent,
} from '../../telemetry/spans.ts';

describe('where nobody wants spans', () => {
  it('none are made and the work is done as ever', async () => {
    expect(isTracing()).toBe(false);
    const done = await inSpan('work', {}, (span) => {
      annotateSpan({ 'order.id': 'order-1' });
      return Promise.resolve([span, activeTrace(), traceparentOfSpan()]);
    });
    expect(done).toEqual([undefined, undefined, undefined]);
    expect(startSpan('work', {})).toBeUndefined();
    expect(withParent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', () => 7)).toBe(7);
  });

  it('what is thrown comes through', async () => {
    await expect(inSpan('work', {}, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  });
});
