import { expect, it } from 'vitest';
import { ALERT_REASONS, describeAlert } from '../../domain/alert.ts';

const limits = { stuckAfterMs: 300_000, paymentStuckAfterMs: 120_000, problematicChanges: 10 };

it.each([
  ['STUCK', 425, 'in PROCESSING for 7 min; the limit is 5 min'],
  ['STUCK', 3 * 86_400, 'in PROCESSING for 3 d; the limit is 5 min'],
  ['PAYMENT_STUCK', 121, 'the payment provider has not answered for 2 min; the limit is 2 min'],
  ['AWAITING_APPROVAL', 2 * 3600, 'waiting for approval for 2 h; the limit is 5 min'],
  ['PROBLEMATIC', 90, 'more than 10 events, the first too many 90 s ago'],
] as const)('%s after %d s says: %s', (reason, seconds, words) => {
  expect(describeAlert({ reason, orderStatus: 'PROCESSING', seconds }, limits)).toBe(words);
});

it('every reason has words', () => {
  for (const reason of ALERT_REASONS)
    expect(describeAlert({ reason, orderStatus: 'PENDING', seconds: 1 }, limits)).not.toBe('');
});
