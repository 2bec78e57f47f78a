import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';

describe('TRACE_URL', () => {
  it.each(['http://127.0.0.1:16686/trace/{trace_id}', 'https://traces.example/explore?id={trace_id}&from=now-1h'])(
    '%s is taken as it is',
    (TRACE_URL) => {
      expect(readConfig({ TRACE_URL }).TRACE_URL).toBe(TRACE_URL);
    },
  );

  it.each([
    ['http://127.0.0.1:16686/', 'must have {trace_id}'],
    ['ftp://traces.example/{trace_id}', 'must be an http or https URL'],
    ['javascript:alert({trace_id})', 'must be an http or https URL'],
    ['{trace_id}', 'must be an http or https URL'],
  ])('%s is refused', (TRACE_URL, words) => {
    expect(() => readConfig({ TRACE_URL })).toThrow(`TRACE_URL: ${words}`);
  });
});
