/** How long the present stage of an order still takes. */
import { formatMoment, formatSpan } from '../../elements/moment.tsx';
import type { Progress } from './order-queries.ts';

/** What to say of the time, and how much of the stage is over (0 to 1; absent where its end is unknown). */
export interface TimeLeft {
  readonly words: string;
  readonly share?: number;
  readonly isOverdue: boolean;
}

/** News takes a moment to get here. */
const GRACE_MS = 2500;
/** What a stage that waits for nothing takes at most, when all is well. */
const WORK_MS = 5000;
const WITHOUT_LIMIT: readonly Progress['stage'][] = [
  'AWAITING_APPROVAL',
  'RETRYING_PAYMENT',
  'RETRYING_BOOKING',
  'CANCELLING',
];

/** Tells it at a moment in milliseconds; undefined where nothing happens any more. */
export function tellTimeLeft(
  { stage, stage_since: since, expected_until: until }: Progress,
  now: number,
): TimeLeft | undefined {
  if (stage === 'SETTLED') return undefined;
  const elapsed = Math.max(0, now - Date.parse(since));
  if (until !== undefined) {
    const left = Date.parse(until) - now;
    if (left > 0) {
      const words = `${wholeSpan(left)} left`;
      const share = Math.min(1, elapsed / (elapsed + left));
      return { words: stage === 'AWAITING_APPROVAL' ? `${words} to decide` : words, share, isOverdue: false };
    }
    if (left > -GRACE_MS) return { words: 'Any moment now', share: 1, isOverdue: false };
    const due = `was due at ${formatMoment(new Date(until))}`;
    return { words: `Takes longer than expected: ${due}`, share: 1, isOverdue: true };
  }
  if (WITHOUT_LIMIT.includes(stage)) return { words: `for ${wholeSpan(elapsed)}`, isOverdue: false };
  if (stage !== 'IN_DELIVERY' && elapsed < WORK_MS) return { words: 'Any moment now', isOverdue: false };
  return { words: `Takes longer than expected: ${wholeSpan(elapsed)} so far`, isOverdue: true };
}

/** Whole seconds: a figure that ticks. */
function wholeSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : formatSpan(seconds * 1000);
}
