/** Somebody who is told of events, in a process of its own, so that taking them in does not slow down whoever measures. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerOptions } from './consumer.ts';
import type { ReceiverOptions } from './receiver.ts';
import type { SubscriberOptions } from './subscribers.ts';

const LOOK_EVERY_MS = 500;
const LOOK_FOR_MS = 300_000;

interface Followers {
  readonly subscribers: SubscriberOptions;
  readonly consumer: ConsumerOptions;
  readonly receiver: ReceiverOptions;
}

/** What the child process is asked for, and what it answers. */
export type FollowerRequest = 'count' | 'take';
export type FollowerAnswer = { readonly count: number } | { readonly latencies: readonly number[] };

/** A follower that runs. */
export interface Follower {
  /** What it told when it was ready, such as the port that it listens on. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Waits until it was told this often, then answers how many milliseconds each took since the event, and forgets them. */
  take(count: number): Promise<readonly number[]>;
  end(): void;
}

/** Starts a follower and waits until nothing escapes it any more. */
export async function startFollower<Kind extends keyof Followers>(
  kind: Kind,
  options: Followers[Kind],
): Promise<Follower> {
  const child = fork(join(import.meta.dirname, `${kind}.ts`));
  child.send(options);
  const ready = await answerOf<Record<string, unknown>>(child, kind);
  const ask = (request: FollowerRequest) => {
    child.send(request);
    return answerOf<FollowerAnswer>(child, kind);
  };
  const seenSoFar = async () => {
    const answer = await ask('count');
    return 'count' in answer ? answer.count : 0;
  };
  return {
    ready,
    take: async (count) => {
      const deadline = performance.now() + LOOK_FOR_MS;
      for (let seen = await seenSoFar(); seen < count; seen = await seenSoFar()) {
        if (performance.now() > deadline) throw new Error(`the ${kind} saw ${seen} of ${count} events`);
        await sleep(LOOK_EVERY_MS);
      }
      const answer = await ask('take');
      return 'latencies' in answer ? answer.latencies : [];
    },
    end: () => {
      child.kill();
    },
  };
}

async function answerOf<Answer>(child: ChildProcess, kind: string): Promise<Answer> {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(
    ([code]) => {
      throw new Error(`the ${kind} ended with exit code ${code}`);
    },
    () => undefined as never,
  );
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
  gone.abort();
  return answer;
}
