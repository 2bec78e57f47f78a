import { describe, expect, it } from 'vitest';
import { formatLogLine } from '../../embedded/log-lines.ts';

const at = '2026-11-21T05:00:00.000Z';
const clock = new Date(at).toTimeString().slice(0, 8);

describe('a line of a process log in the terminal', () => {
  it('is not shown below a warning', () => {
    expect(formatLogLine('server', JSON.stringify({ level: 30, time: at, msg: 'ready' }))).toBeUndefined();
    expect(formatLogLine('server', '  ')).toBeUndefined();
  });

  it('shows a warning with time and process', () => {
    const line = JSON.stringify({ level: 40, time: at, msg: 'the broker is away' });
    expect(formatLogLine('relay', line)).toBe(`  ${clock} relay WARN the broker is away`);
  });

  it('shows the cause of an error', () => {
    const line = JSON.stringify({ level: 50, time: at, msg: 'cannot start', err: { message: 'refused' } });
    expect(formatLogLine('worker', line)).toBe(`  ${clock} worker ERROR cannot start: refused`);
  });

  it('is not shown when it comes from a library and not from the logger', () => {
    expect(formatLogLine('worker', '[INFO] asset workflow-bundle.js 1.67 MiB')).toBeUndefined();
  });
});
