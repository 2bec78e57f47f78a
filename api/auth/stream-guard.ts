/** Watching that those who have a stream open may go on: keys are revoked and tokens expire meanwhile. */
import type { Identity } from './identity.ts';

/** How often all open streams are looked at. */
const LOOK_EVERY_MS = 1000;

/** The streams of a process. */
export interface StreamGuard {
  /** A signal that aborts when the identity is not valid any more; `letGo` when the stream has ended by itself. */
  readonly watch: (identity: Identity) => { readonly signal: AbortSignal; readonly letGo: () => void };
  readonly close: () => void;
}

/** Makes the guard. */
export function createStreamGuard(): StreamGuard {
  const watched = new Map<AbortController, Identity>();

  const end = (ending: AbortController): void => {
    watched.delete(ending);
    ending.abort();
  };
  /** What has expired ends without asking, so also while the database is away. */
  const endExpired = (): void => {
    for (const [ending, { expiresAt = Infinity }] of watched) if (expiresAt <= Date.now()) end(ending);
  };
  const look = async (): Promise<void> => {
    const looks = [...watched].map(async ([ending, identity]) => {
      // While the database is away nobody can say: the stream, which gets nothing then, stays as it is.
      if (!(await identity.isValid().catch(() => true))) end(ending);
    });
    await Promise.all(looks);
  };
  let looking: Promise<void> | undefined;
  const beat = setInterval(() => {
    endExpired();
    looking ??= look().finally(() => (looking = undefined));
  }, LOOK_EVERY_MS);
  beat.unref();

  return {
    watch: (identity) => {
      const ending = new AbortController();
      watched.set(ending, identity);
      return { signal: ending.signal, letGo: () => watched.delete(ending) };
    },
    close: () => {
      clearInterval(beat);
    },
  };
}
