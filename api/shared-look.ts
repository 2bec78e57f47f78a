/** One look at something for all who want to know how it is, however many ask and however long it takes. */

/** What was asked, and its outcome as those who ask are told it: in time, and never as an error. */
export interface Look<Outcome> {
  readonly asked: Promise<unknown>;
  readonly outcome: Promise<Outcome>;
}

/** For how long the outcome is told again once all is answered, and when a question without answer is given up, in milliseconds. */
export interface LookTimes {
  readonly keepMs: number;
  readonly giveUpMs: number;
}

/**
 * A connection that died silently answers nothing for a quarter of an hour, while others of the same pool would. Statements
 * end after 15 s.
 */
const USUAL: LookTimes = { keepMs: 500, giveUpMs: 20_000 };

/** Makes the look: a new one begins only when the last one is answered, not merely told to those who asked. */
export function shareLook<Outcome>(
  look: () => Look<Outcome>,
  { keepMs, giveUpMs }: LookTimes = USUAL,
): () => Promise<Outcome> {
  let last: { outcome: Promise<Outcome>; until: number } | undefined;
  return () => {
    const now = performance.now();
    if (last && now < last.until) return last.outcome;
    const { asked, outcome } = look();
    const current = { outcome, until: now + giveUpMs };
    const settle = () => (current.until = Math.min(current.until, performance.now() + keepMs));
    asked.then(settle, settle);
    last = current;
    return outcome;
  };
}
