/** How far the generator is: a bar on a terminal, else a line now and then; on stderr, so that stdout holds the result. */
import { SingleBar } from 'cli-progress';
import { type Outcomes, sumOf } from './outcomes.ts';

/** What is shown while the generator runs. */
export interface Progress {
  /** Stops showing. */
  stop(): void;
}

const BEAT_MS = { terminal: 500, lines: 5000 };

/** Shows the sending of orders; without a `count` there is no end to show. */
export function showSending(outcomes: Outcomes, count: number | undefined): Progress {
  const tell = () => {
    const { sent, accepted, refused, errors, per_second, latency_ms } = outcomes.summary();
    const speed = `${per_second}/s, p95 ${latency_ms?.p95 ?? 0} ms`;
    return { done: sent, words: `accepted ${accepted}, refused ${sumOf(refused)}, errors ${sumOf(errors)} | ${speed}` };
  };
  return show('sent', count, tell);
}

/** Shows the settling of accepted orders. */
export function showSettling(outcomes: Outcomes): Progress {
  const tell = () => {
    const { delivered, cancelled, awaiting_approval: waiting, open } = outcomes.summary();
    const gone = sumOf(cancelled);
    return {
      done: delivered + gone,
      words: `delivered ${delivered}, cancelled ${gone}, waiting for approval ${waiting}, open ${open}`,
    };
  };
  return show('settled', outcomes.summary().accepted, tell);
}

function show(name: string, total: number | undefined, tell: () => { done: number; words: string }): Progress {
  if (process.stderr.isTTY) return showBar(name, total, tell);
  const timer = setInterval(() => {
    const { done, words } = tell();
    console.error(`${name} ${done}${total === undefined ? '' : ` of ${total}`}: ${words}`);
  }, BEAT_MS.lines);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

function showBar(name: string, total: number | undefined, tell: () => { done: number; words: string }): Progress {
  const format = total === undefined ? `${name} {value} | {words}` : `${name} [{bar}] {value}/{total} | {words}`;
  const bar = new SingleBar({ format, barsize: 24, hideCursor: true, gracefulExit: false, stream: process.stderr });
  const first = tell();
  bar.start(total ?? 0, first.done, { words: first.words });
  const update = () => {
    const { done, words } = tell();
    bar.update(done, { words });
  };
  const timer = setInterval(update, BEAT_MS.terminal);
  return {
    stop: () => {
      clearInterval(timer);
      update();
      bar.stop();
    },
  };
}
