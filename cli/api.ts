/** Talking to the REST interface. */
import { CommandFailure, exitCode, type ServerProblem } from './failure.ts';

/** One request: `query` entries without a value are left out. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long to wait for the answer, where that is not the usual time. */
  readonly timeoutMs?: number;
}

/** Sends requests; a refusal or an unreachable server is a {@link CommandFailure}. */
export type Api = <Answer>(path: string, request?: ApiRequest) => Promise<Answer>;

const TIMEOUT_MS = 20_000;

/** Makes the client of the server at this URL; `credentials` are headers that say who asks. */
export function createApi(server: string, credentials: Readonly<Record<string, string>> = {}): Api {
  return async <Answer>(
    path: string,
    { method = 'GET', query = {}, body, headers = {}, timeoutMs = TIMEOUT_MS }: ApiRequest = {},
  ) => {
    const url = new URL(`${server}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method,
      headers: { ...credentials, ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw unreachable(server, error);
    });
    const answer = response.status === 204 ? undefined : await readJson(response, server);
    if (response.ok) return answer as Answer;
    const problem = answer as ServerProblem;
    const advice = response.status === 401 ? ' Give one by --api-key or STEADFAST_API_KEY.' : '';
    const told = problem.detail ?? `The server answers ${response.status}.`;
    throw new CommandFailure(exitCode.refused, `${told}${advice}`, problem);
  };
}

async function readJson(response: Response, server: string): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new CommandFailure(exitCode.unreachable, `What answers at ${server} is no Steadfast server.`);
  }
}

function unreachable(server: string, error: unknown): CommandFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = (cause as { code?: string }).code ?? (cause as Error).message;
  const message = `No server answers at ${server} (${reason}). Start one with npm start, or name it with --server.`;
  return new CommandFailure(exitCode.unreachable, message);
}
