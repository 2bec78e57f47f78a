import { z } from 'zod';

const warning = 40;

const lineSchema = z.object({
  level: z.number(),
  time: z.union([z.number(), z.string()]).optional(),
  msg: z.string().default(''),
  err: z.object({ message: z.string().optional(), type: z.string().optional() }).optional(),
});

/**
 * One line of a process's log as a person reads it in a terminal, or `undefined` when it is no warning or error of its logger:
 * libraries chat on stderr in forms of their own.
 */
export function formatLogLine(name: string, line: string): string | undefined {
  const parsed = lineSchema.safeParse(parseJson(line));
  if (!parsed.success) return undefined;
  const { level, time, msg, err } = parsed.data;
  if (level < warning) return undefined;
  const clock = new Date(time ?? Date.now()).toTimeString().slice(0, 8);
  const cause = err?.message === undefined || err.message === msg ? '' : `: ${firstLines(err.message)}`;
  return `  ${clock} ${name} ${level > warning ? 'ERROR' : 'WARN'} ${msg}${cause}`;
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 4).join('\n    ');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
