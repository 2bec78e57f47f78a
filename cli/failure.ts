/** How commands end. */

/** The exit codes of the command line. */
export const exitCode = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** A refusal as the server tells it (RFC 9457). */
export interface ServerProblem {
  readonly detail?: string;
  readonly code?: string;
  readonly violations?: readonly { readonly message: string; readonly value?: unknown }[];
  readonly retry_after?: number;
}

/** A command that could not be carried out. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;
  readonly problem: ServerProblem | undefined;

  constructor(code: number, message: string, problem?: ServerProblem) {
    super(message);
    this.exitCode = code;
    this.problem = problem;
  }
}

/** What went wrong, for people or as JSON. */
export function tellFailure({ message, problem }: CommandFailure, { json }: { json: boolean }): string {
  if (json) return JSON.stringify(problem ?? { detail: message });
  const violations = problem?.violations ?? [];
  const advice = problem?.retry_after === undefined ? [] : [`  try again in ${problem.retry_after} s`];
  if (violations.length === 0) return [message, ...advice].join('\n');
  const lines = violations.map(({ message: rule, value }) => `  ${rule}${tellValue(value)}`);
  return ['Refused:', ...lines, ...advice].join('\n');
}

function tellValue(value: unknown): string {
  return value === undefined ? '' : `, not ${JSON.stringify(value)}`;
}
