import { expect, it } from 'vitest';
import { traceparentOf } from '../../api/requests.ts';
import { beginTrace } from '../../api/trace-context.ts';

it('begins a trace of its own each time, in the form that requests may bring', () => {
  const traces = Array.from({ length: 100 }, beginTrace);
  expect(new Set(traces).size).toBe(100);
  for (const trace of traces) expect(traceparentOf(trace)).toBe(trace);
});
