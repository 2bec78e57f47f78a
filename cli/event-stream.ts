/** Reading the event stream of a server, going on where it breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelay } from '../domain/backoff.ts';
import { CommandFailure, exitCode, type ServerProblem } from './failure.ts';

/** A block of the stream: a message has data; one without only moves the place to resume at. */
interface Block {
  readonly id: string | undefined;
  readonly data: string;
}

/** What to follow, from where, and who is told. */
export interface FollowOptions {
  /** The path with its filters. */
  readonly url: URL;
  /** Headers that say who asks. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The id to begin after; from now on where absent. */
  readonly after: string | undefined;
  readonly onMessage: (data: string) => void;
  /** Is told why the connection was lost, before it is made again. */
  readonly onLost: (reason: string) => void;
}

const BACKOFF = { first: 250, longest: 4000 };
/** The server says something every 15 seconds: after three times that the connection is dead. */
const SILENCE_MS = 45_000;

/** Follows for ever; resumes where the connection is lost. Throws where the first one fails, or the server refuses. */
export async function followStream({ url, credentials, after, onMessage, onLost }: FollowOptions): Promise<never> {
  let lastId = after;
  let failures = 0;
  for (let hasBegun = false; ;) {
    try {
      for await (const { id, data } of connect(url, credentials, lastId)) {
        hasBegun = true;
        failures = 0;
        if (data !== '') onMessage(data);
        lastId = id ?? lastId;
      }
      onLost('the server has ended the stream');
    } catch (error) {
      if (!hasBegun || (error instanceof CommandFailure && error.exitCode === exitCode.refused)) throw error;
      onLost((error as Error).message);
    }
    failures += 1;
    await sleep(backoffDelay(BACKOFF, failures, Math.random()));
  }
}

/** One connection, until it ends or breaks. */
async function* connect(
  url: URL,
  credentials: Readonly<Record<string, string>>,
  lastId: string | undefined,
): AsyncGenerator<Block> {
  const silence = new AbortController();
  const listen = setTimeout(() => {
    silence.abort(new Error('nothing was heard for too long'));
  }, SILENCE_MS);
  try {
    const headers = {
      ...credentials,
      accept: 'text/event-stream',
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    };
    const response = await fetch(url, { headers, signal: silence.signal }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (!response.ok || !response.body) throw await refusal(response, url);
    let block: { id: string | undefined; data: string[] } = { id: undefined, data: [] };
    for await (const line of readLines(response.body)) {
      listen.refresh();
      const [, field, value = ''] = /^(\w*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (line === '') {
        yield { id: block.id, data: block.data.join('\n') };
        block = { id: undefined, data: [] };
      } else if (field === 'id') block.id = value;
      else if (field === 'data') block.data.push(value);
    }
  } finally {
    clearTimeout(listen);
    silence.abort();
  }
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
}

async function refusal(response: Response, { origin }: URL): Promise<CommandFailure> {
  const problem = (await response.json().catch(() => ({}))) as ServerProblem;
  const message = problem.detail ?? `What answers at ${origin} is no Steadfast server.`;
  return new CommandFailure(response.status < 500 ? exitCode.refused : exitCode.unreachable, message, problem);
}

function unreachable({ origin }: URL, error: unknown): CommandFailure {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : message;
  const advice = 'Start one with npm start, or name it with --server.';
  return new CommandFailure(exitCode.unreachable, `No server answers at ${origin} (${reason}). ${advice}`);
}
