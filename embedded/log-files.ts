import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  fstatSync,
  copyFileSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A log file that grows beyond this many bytes is moved to `<file>.1`, so that logs never fill the disk. */
const largestLog = 64 * 1024 * 1024;

/** The log file of one process: `<dataDir>/logs/<name>.log`. */
export function logFile(dataDir: string, name: string): string {
  return join(dataDir, 'logs', `${name}.log`);
}

/** Begins a log anew and keeps the former one as `<file>.1`. */
export function beginLog(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/** Opens a log for a child's output; the child keeps writing to it when this process dies. The caller closes it. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a', 0o600);
}

/** The last lines of a log; empty when there is none. */
export function lastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const length = Math.min(size, 32 * 1024);
    const text = readText(descriptor, size - length, length);
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-count);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Hands every line that is added to a log from now on to `onLine`, within a quarter of a second, for the life of this process,
 * and keeps the log from growing without end.
 */
export function followLog(file: string, onLine: (line: string) => void): void {
  const descriptor = openSync(file, 'a+', 0o600);
  let position = fstatSync(descriptor).size;
  let rest = '';
  const look = () => {
    const { size } = fstatSync(descriptor);
    if (size < position) position = 0;
    while (position < size) {
      const length = Math.min(size - position, 1024 * 1024);
      const lines = (rest + readText(descriptor, position, length)).split('\n');
      position += length;
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    }
    if (size > largestLog) {
      // Children hold the file open to append, so it is emptied in place rather than renamed.
      copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
      position = 0;
    }
  };
  setInterval(look, 250).unref();
}

function readText(descriptor: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length);
  return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, length, position));
}
