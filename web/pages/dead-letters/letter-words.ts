/** Dead letters and what is done about them, in plain words. */
import { sentence } from '../../elements/words.ts';
import type { DeadLetter, Source } from './search.ts';

/** Where it comes from: an event of ours that Kafka did not take, or a record that we did not take. */
export const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  PUBLISHER: 'Going out to Kafka',
  INBOUND: 'Coming in from Kafka',
};

/** What it is: its type, or that of its topic. */
export function whatItIs({ event_type, topic }: Pick<DeadLetter, 'event_type' | 'topic'>): string {
  return event_type ?? topic;
}

/** What can be done in the audit, by its code. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  'dead-letter.replay': 'Replay',
  'dead-letter.bulk-replay': 'Replay of many',
  'dead-letter.reset': 'Reset',
  'dead-letter.skip': 'Skip',
};

/** What was done, in words. */
export function actionWords(action: string): string {
  return ACTION_WORDS[action] ?? sentence(action.replace(/^dead-letter\./, ''));
}

/** Whether somebody has yet to deal with it. */
export function isOpen({ status }: Pick<DeadLetter, 'status'>): boolean {
  return status === 'PENDING' || status === 'FAILED';
}
