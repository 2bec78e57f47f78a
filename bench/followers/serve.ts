import type { FollowerAnswer, FollowerRequest } from './follower.ts';

/** Notes an event as told now, by the moment at which it occurred (ISO 8601). */
export type Note = (occurredAt: string) => void;

/** Starts the follower that the parent process asks for, and answers what it asks for, until it ends this process. */
export function serveFollower(start: (options: never, note: Note) => Promise<Readonly<Record<string, unknown>>>): void {
  let latencies: number[] = [];
  const note: Note = (occurredAt) => {
    latencies.push(Date.now() - Date.parse(occurredAt));
  };
  const answerTo = (request: FollowerRequest): FollowerAnswer => {
    if (request === 'count') return { count: latencies.length };
    const taken = latencies;
    latencies = [];
    return { latencies: taken };
  };
  process.once('message', (options) => {
    start(options as never, note).then(
      (ready) => {
        process.on('message', (request) => process.send?.(answerTo(request as FollowerRequest)));
        process.send?.(ready);
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
}
