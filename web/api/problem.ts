/** What the API refuses, in its own words (RFC 9457). */

/** One rule that a request broke: the field as a path such as `items[0].quantity`, and what is allowed. */
export interface Violation {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** A refusal of the API. `message` is fit to be shown; `code` is of the server's closed list, or `UNREACHABLE`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly violations: readonly Violation[];
  /** Everything the server said, for those who want to know. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(message: string, of: { status: number; code: string; violations?: readonly Violation[]; body?: object }) {
    super(message);
    this.status = of.status;
    this.code = of.code;
    this.violations = of.violations ?? [];
    this.body = { ...of.body };
  }

  /** No answer came. */
  static unreachable(): ApiProblem {
    return new ApiProblem('The server cannot be reached.', { status: 0, code: 'UNREACHABLE' });
  }
}

/** Reads the problem out of an answer. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as {
    title?: string;
    detail?: string;
    code?: string;
    violations?: Violation[];
  };
  return new ApiProblem(body.detail ?? body.title ?? `The server answered ${response.status}.`, {
    status: response.status,
    code: body.code ?? 'UNKNOWN',
    violations: body.violations ?? [],
    body,
  });
}

/** The server's words for each field of a form; what belongs to no field is under the empty name. */
export function fieldErrors(problem: unknown, fields: readonly string[] = []): Record<string, string> {
  if (!(problem instanceof ApiProblem)) return {};
  const errors: Record<string, string> = {};
  for (const { field, message } of problem.violations) {
    const name = fields.length === 0 || fields.includes(field) ? field : '';
    errors[name] = errors[name] === undefined ? message : `${errors[name]}; ${message}`;
  }
  if (problem.violations.length === 0) errors[''] = problem.message;
  return errors;
}

/** What went wrong, fit to be shown. */
export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : 'Something went wrong.';
}

const IDS = ['order_id', 'product_id', 'customer_id'];

/** Whether the API says that there is no such thing, or that nothing can have such an id. */
export function isMissing(problem: unknown): boolean {
  if (!(problem instanceof ApiProblem)) return false;
  return (
    problem.status === 404 || (problem.status === 400 && problem.violations.some(({ field }) => IDS.includes(field)))
  );
}
