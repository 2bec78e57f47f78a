import type { Logger } from 'pino';
import { createWarningBudget } from './warning-budget.ts';

/** Logs a line for an answer; its fields are asked for only where the line is written. */
export type LogAnswer = (isFailure: boolean, fields: () => object) => void;

/**
 * Makes the log of what a server answers, the same on REST and gRPC: at `debug`, because a busy server answers thousands a
 * second, but at `warn` where the server failed, of which a line tells how many others had no room (`untold`).
 */
export function createAnswerLog(logger: Logger): LogAnswer {
  const takeWarning = createWarningBudget();
  return (isFailure, fields) => {
    const untold = isFailure ? takeWarning() : undefined;
    const level = untold === undefined ? 'debug' : 'warn';
    if (logger.isLevelEnabled(level)) logger[level]({ ...fields(), ...(untold && { untold }) }, 'answered');
  };
}
