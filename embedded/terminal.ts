import type { WriteStream } from 'node:tty';

/** Milliseconds between two signs of life of something that takes long, where output is not a terminal. */
const plainBeat = 15_000;

/** What is written to: a terminal, or a file or pipe. */
export type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

/** Says things to the person who started the system. */
export interface Terminal {
  /** Prints whole lines. */
  say(text: string): void;
  /**
   * Shows what takes its time, with the seconds since it began, for as long as the work lasts; the work may tell in
   * other words what it is at. On a terminal this is one live line, elsewhere plain lines.
   */
  during<Result>(what: string, work: (tell: (what: string) => void) => Promise<Result>): Promise<Result>;
}

/** Makes a {@link Terminal} of an output. */
export function createTerminal(output: Output): Terminal {
  const tasks = new Set<{ what: string; since: number }>();
  const isLive = output.isTTY === true;

  const erase = () => {
    if (isLive && tasks.size > 0) output.write('\r\u001b[2K');
  };
  const draw = () => {
    if (!isLive || tasks.size === 0) return;
    const line = [...tasks].map(({ what, since }) => `${what} (${seconds(since)} s)`).join(' · ');
    output.write(`\r\u001b[2K  ${line.slice(0, Math.max(output.columns ?? 80, 20) - 3)}`);
  };
  const say = (text: string) => {
    erase();
    output.write(`${text}\n`);
    draw();
  };

  return {
    say,
    during: async (what, work) => {
      const task = { what, since: performance.now() };
      tasks.add(task);
      const sign = () => (isLive ? draw() : say(`  ${task.what}… ${seconds(task.since)} s`));
      const timer = setInterval(sign, isLive ? 500 : plainBeat);
      const begin = () => (isLive ? draw() : say(`  ${task.what}…`));
      begin();
      try {
        return await work((next) => {
          if (next === task.what || !tasks.has(task)) return;
          // A download tells how far it is many times a second; a file gets that at the beat only.
          const isNew = withoutNumbers(next) !== withoutNumbers(task.what);
          task.what = next;
          if (isNew || isLive) begin();
        });
      } finally {
        clearInterval(timer);
        erase();
        tasks.delete(task);
        draw();
      }
    },
  };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '');
}
