/** The logger of a process: JSON lines on standard output, without secrets. */
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { redact } from './redaction.ts';
import { activeTrace } from './spans.ts';

/** Makes the logger; `name` is the process that each line names. */
export function createLogger({ name, level }: { readonly name: string; readonly level: string }): Logger {
  return pino({
    level,
    base: { process: name },
    timestamp: stdTimeFunctions.isoTime,
    mixin: () => activeTrace() ?? {},
    // Of the whole line, because secrets stand in messages and causes of errors as well as in fields.
    hooks: { streamWrite: redact },
  });
}
