/** What an answer may never be, whatever was asked. */
import type { CallOutcome } from './grpc.ts';
import type { TimedAnswer } from './schemathesis.ts';

/** Something that should not have happened. */
export interface Finding {
  readonly what: string;
  readonly wrong: string;
}

/** How long an answer may take, in milliseconds; the time for which the program that asked was held up itself is added. */
export const MOST_MS = 2000;

/** UNKNOWN, INTERNAL and DATA_LOSS: the server did not know what to say. UNAVAILABLE: nothing behind it is away. */
const BUGS = new Set([2, 13, 14, 15]);
/** As much, unless the call asked for a deadline. */
const DEADLINE_EXCEEDED = 4;

/** What is wrong with the answer to a call. */
export function findingsOfCall({ call, grpcStatus, httpStatus, message, tookMs, lagMs }: CallOutcome): Finding[] {
  const what = `gRPC: ${call.kind}`;
  const wrong: string[] = [];
  const isUnaskedFor = grpcStatus === DEADLINE_EXCEEDED && call.headers['grpc-timeout'] === undefined;
  if (grpcStatus !== undefined && (BUGS.has(grpcStatus) || isUnaskedFor))
    wrong.push(`status ${grpcStatus}: ${message}`);
  if (httpStatus !== undefined && httpStatus >= 500) wrong.push(`HTTP ${httpStatus}`);
  if (call.isWhole && !call.isReset && httpStatus === undefined && tookMs - lagMs > MOST_MS) wrong.push('no answer');
  else if (tookMs - lagMs > MOST_MS) wrong.push(`answered after ${Math.round(tookMs)} ms`);
  return wrong.map((each) => ({ what, wrong: each }));
}

/** What is wrong with an answer of REST; `lagMs` says for how long the program that asked was held up around it. */
export function findingsOfAnswer({ what, status, tookMs }: TimedAnswer, lagMs: number): Finding[] {
  const wrong: string[] = [];
  if (status >= 500) wrong.push(`HTTP ${status}`);
  if (tookMs - lagMs > MOST_MS) wrong.push(`answered after ${Math.round(tookMs)} ms`);
  return wrong.map((each) => ({ what: `REST: ${what}`, wrong: each }));
}

/** What became of processes: each has to be the one that it was. */
export function findingsOfProcesses(
  before: Readonly<Record<string, number | null>>,
  after: Readonly<Record<string, number | null>>,
): Finding[] {
  return Object.entries(before)
    .filter(([name, pid]) => after[name] !== pid)
    .map(([name, pid]) => ({ what: `process ${name}`, wrong: `was ${pid} and is ${after[name] ?? 'gone'}` }));
}
