/** Sending one message to one address, once. */
import { Agent, buildConnector, request } from 'undici';
import packageJson from '../../package.json' with { type: 'json' };
import type { SigningSecrets } from '../../db/webhooks.ts';
import { readRetryAfter } from '../../domain/webhook-retry.ts';
import { sign } from './secrets.ts';
import { ForbiddenHost, forbiddenUrl, type Resolve, resolveAllowed, resolveHost, type UrlRules } from './url-rules.ts';

/** How to send. */
export interface SenderOptions {
  /** For development: lets messages go to private and loopback addresses. */
  readonly allowPrivate: boolean;
  /** How long an attempt may take in all, in milliseconds. */
  readonly timeoutMs: number;
  readonly resolve?: Resolve | undefined;
}

/** A message as it is sent: `id` is the same at every attempt. */
export interface WebhookMessage extends SigningSecrets {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly traceparent: string | null;
}

/** What came of sending. */
export interface SendOutcome {
  readonly durationMs: number;
  /** Null where no answer came. */
  readonly responseStatus: number | null;
  /** The first 1,024 bytes of the answer. */
  readonly responseBody: string | null;
  /** Why it was not delivered; null where it was. */
  readonly error: string | null;
  /** How long the receiver asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** Sends messages, and says where they may go. */
export interface WebhookSender {
  /** Why a URL is forbidden, to be read after the word `url`; undefined where it is allowed. */
  readonly forbidden: (url: string) => Promise<string | undefined>;
  /** Sends a message once; whatever goes wrong is an outcome. Rejects only where the signal aborts. */
  readonly send: (message: WebhookMessage, signal?: AbortSignal) => Promise<SendOutcome>;
  readonly close: () => Promise<void>;
}

const MOST_BODY_READ = 65_536;
const MOST_BODY_KEPT = 1024;
const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);

/** Makes the sender. Its connections go only to addresses that were looked at when they were made. */
export function createWebhookSender({ allowPrivate, timeoutMs, resolve = resolveHost }: SenderOptions): WebhookSender {
  const rules = { allowPrivate, resolve };
  const agent = new Agent({
    connect: guardedConnector(rules, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
    allowH2: false,
  });
  return {
    forbidden: (url) => forbiddenUrl(url, rules),
    close: () => agent.destroy(),
    send: async (message, signal) => {
      const began = performance.now();
      const timeout = AbortSignal.timeout(timeoutMs);
      const answer = await exchange(agent, message, signal ? AbortSignal.any([signal, timeout]) : timeout).catch(
        (error: unknown) => {
          if (signal?.aborted) throw error;
          return noAnswer(timeout.aborted ? `no whole answer within ${timeoutMs} ms` : reasonOf(error));
        },
      );
      return { ...answer, durationMs: Math.round(performance.now() - began) };
    },
  };
}

type Answer = Omit<SendOutcome, 'durationMs'>;

async function exchange(agent: Agent, message: WebhookMessage, signal: AbortSignal): Promise<Answer> {
  const at = new Date();
  const { statusCode, headers, body } = await request(message.url, {
    dispatcher: agent,
    method: 'POST',
    signal,
    headers: {
      'content-type': 'application/json',
      'user-agent': `steadfast/${packageJson.version}`,
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': sign(message, { id: message.id, at, body: message.body }),
      ...(message.traceparent === null ? {} : { traceparent: message.traceparent }),
    },
    body: message.body,
  });
  const responseBody = await readBeginning(body);
  const isDelivered = statusCode >= 200 && statusCode < 300;
  return {
    responseStatus: statusCode,
    responseBody,
    error: isDelivered ? null : `answered ${statusCode}`,
    retryAfterMs: ASKS_TO_WAIT.has(statusCode)
      ? readRetryAfter([headers['retry-after']].flat()[0], Date.now())
      : undefined,
  };
}

/** Reads at most 64 KiB, of which the first one is kept as text that PostgreSQL takes. */
async function readBeginning(body: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = [];
  let read = 0;
  for await (const chunk of body) {
    if (read < MOST_BODY_KEPT) kept.push(chunk.subarray(0, MOST_BODY_KEPT - read));
    read += chunk.length;
    if (read >= MOST_BODY_READ) break;
  }
  // Streaming leaves out a character that was cut in two.
  return new TextDecoder().decode(Buffer.concat(kept), { stream: true }).replaceAll('\0', '\uFFFD');
}

function noAnswer(error: string): Answer {
  return { responseStatus: null, responseBody: null, error, retryAfterMs: undefined };
}

function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenHost) return `url ${error.message}`;
  const { code, message } = error as { code?: string; message?: string };
  const words = code === undefined ? undefined : CONNECTION_WORDS[code];
  return words ?? `no answer (${code ?? message ?? 'unknown'})`;
}

const CONNECTION_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed before an answer came',
  ENOTFOUND: 'the host was not found',
  EAI_AGAIN: 'the host could not be looked up',
};

/**
 * Looks at the addresses of the host whenever a connection is made, and connects to exactly these: a name that leads
 * elsewhere since its registration (DNS rebinding) is refused.
 */
function guardedConnector(rules: UrlRules, timeoutMs: number): buildConnector.connector {
  return (options, callback) => {
    resolveAllowed(options.hostname, rules).then(
      (addresses) => {
        const [first] = addresses;
        const connect = buildConnector({
          timeout: timeoutMs,
          allowH2: false,
          lookup: (_hostname, { all }, answer) => {
            if (all === true) answer(null, [...addresses]);
            else answer(null, first?.address ?? '', first?.family);
          },
        });
        connect(options, callback);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  };
}
