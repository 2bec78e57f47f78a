/** The connection to Redis, which is a help and never a need: while it does not answer, nobody waits for it. */
import { type CommandParser, createClient, defineScript } from 'redis';
import type { Logger } from 'pino';
import { backoffDelay } from '../domain/backoff.ts';
import { Failure } from '../domain/failures.ts';

/** How to connect. `patienceMs` is how long a command may take before Redis counts as away. */
export interface CacheConnectionOptions {
  readonly url: string;
  readonly patienceMs: number;
  readonly logger: Logger;
}

/** A connection that heals by itself. */
export interface CacheConnection {
  /** Runs a command; rejects at once while Redis is away, and otherwise within `patienceMs`. */
  run<Reply>(command: (client: CacheClient) => Promise<Reply>): Promise<Reply>;
  /** Whether Redis answers; `detail` says what was wrong last. */
  state(): { readonly status: 'up' | 'down'; readonly detail?: string };
  /** Asks Redis anew; rejects with the failure that says why it is away. */
  readonly check: () => Promise<void>;
  close(): void;
}

export type CacheClient = ReturnType<typeof makeClient>;

const RECONNECT = { first: 50, longest: 2000 };
/** How long a connection may stay silent; an idle one is asked more often than that. */
const SILENCE_MS = 5000;
/** How long Redis may take to answer whoever asks whether it is there. */
const CHECK_MS = 1000;
const MOST_COMMANDS_WAITING = 10_000;

/** Begins to connect; Redis need not be there yet. */
export function connectCache({ url, patienceMs, logger }: CacheConnectionOptions): CacheConnection {
  const client = makeClient(url);
  let isUp = false;
  let isHanging = false;
  let detail = 'not connected yet';

  const tell = (): void => {
    const wasUp = isUp;
    isUp = client.isReady && !isHanging;
    if (isUp && !wasUp) logger.info('Redis answers: orders are read through the cache');
    if (!isUp && wasUp) logger.warn({ detail }, 'Redis is away: orders are read without the cache');
  };
  client.on('error', (error: Error & { code?: string }) => {
    detail = error.code ?? error.message;
    tell();
  });
  client.on('ready', tell);
  client.connect().catch(() => undefined);

  /** No caller is sent to a Redis that hangs: a single ping, which nobody waits for, finds out when it answers again. */
  const suspend = (): void => {
    if (isHanging) return;
    isHanging = true;
    detail = `no answer within ${patienceMs} ms`;
    tell();
    const resume = () => {
      isHanging = false;
      tell();
    };
    client.ping().then(resume, resume);
  };

  const run = async <Reply>(command: (client: CacheClient) => Promise<Reply>): Promise<Reply> => {
    if (isHanging || !client.isReady) throw new Error(`Redis is away: ${detail}`);
    return orTimeout(command(client), patienceMs, suspend);
  };

  return {
    run,
    check: async () => {
      if (!client.isReady) throw new Failure('UNAVAILABLE', detail);
      // Whoever asks how Redis is has more time than a read of an order.
      await orTimeout(client.ping(), CHECK_MS, () => undefined).catch(() => {
        throw new Failure('UNAVAILABLE', client.isReady ? `no answer within ${CHECK_MS} ms` : detail);
      });
    },
    state: () => (client.isReady && !isHanging ? { status: 'up' } : { status: 'down', detail }),
    close: () => {
      client.removeAllListeners('ready');
      if (client.isOpen) client.destroy();
    },
  };
}

function makeClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_COMMANDS_WAITING,
    pingInterval: SILENCE_MS / 3,
    socket: {
      connectTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (failures: number) => backoffDelay(RECONNECT, failures + 1, Math.random()),
    },
    scripts: { keepNewer, dropOlder },
  });
}

/** Stores an entry with its time to live in seconds, unless a newer version is there. */
const keepNewer = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local held = tonumber(redis.call('HGET', KEYS[1], 'version'))
    if held and held > tonumber(ARGV[1]) then return 0 end
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'order', ARGV[2])
    redis.call('EXPIRE', KEYS[1], ARGV[3])
    return 1`,
  parseCommand(parser: CommandParser, key: string, entry: { version: number; order: string; seconds: number }) {
    parser.pushKey(key);
    parser.push(String(entry.version), entry.order, String(entry.seconds));
  },
  transformReply: (reply: unknown) => Number(reply),
});

/** Removes an entry that is older than a version. */
const dropOlder = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local held = tonumber(redis.call('HGET', KEYS[1], 'version'))
    if held and held < tonumber(ARGV[1]) then return redis.call('UNLINK', KEYS[1]) end
    return 0`,
  parseCommand(parser: CommandParser, key: string, version: number) {
    parser.pushKey(key);
    parser.push(String(version));
  },
  transformReply: (reply: unknown) => Number(reply),
});

function orTimeout<Reply>(reply: Promise<Reply>, ms: number, onTimeout: () => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      onTimeout();
      reject(new Error(`Redis did not answer within ${ms} ms`));
    }, ms);
    reply.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
