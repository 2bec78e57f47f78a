import { followLog, logFile } from './log-files.ts';
import { formatLogLine } from './log-lines.ts';
import type { Terminal } from './terminal.ts';

/** At most so many lines of one process are shown in so many milliseconds; the file has them all. */
const burst = { lines: 20, within: 10_000 };

/** Shows the warnings and errors that a process logs from now on, for the life of this process. */
export function showLog(dataDir: string, name: string, terminal: Terminal): void {
  const file = logFile(dataDir, name);
  let since = performance.now();
  let shown = 0;
  followLog(file, (line) => {
    const text = formatLogLine(name, line);
    if (text === undefined) return;
    if (performance.now() - since > burst.within) {
      since = performance.now();
      shown = 0;
    }
    shown += 1;
    if (shown <= burst.lines) terminal.say(text);
    if (shown === burst.lines + 1) terminal.say(`  ${name}: more of these are in ${file}`);
  });
}

/** Keeps the log of a server that is not shown from growing without end. */
export function keepLogShort(dataDir: string, name: string): void {
  followLog(logFile(dataDir, name), () => undefined);
}
