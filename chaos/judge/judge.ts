/** The judge: holds the ledgers against each other. Pure, and without any code of the system that made them. */
import { everybodyAnswered, nothingDoubled, nothingLost, promisesKept } from './acceptance.ts';
import type { Evidence, Finding, Rule } from './evidence.ts';
import { faultsHappened } from './faults.ts';
import { parcelsMatch, stockConserved } from './goods.ts';
import { logComplete, nobodyNeeded, statisticsExact, streamExact, topicComplete, webhooksComplete } from './log.ts';
import { moneyAddsUp, noDoubleCharge } from './money.ts';

/** Everything that must be true after a run. */
export const RULES: readonly Rule[] = [
  faultsHappened,
  nothingLost,
  nothingDoubled,
  everybodyAnswered,
  promisesKept,
  noDoubleCharge,
  moneyAddsUp,
  stockConserved,
  parcelsMatch,
  logComplete,
  topicComplete,
  webhooksComplete,
  streamExact,
  statisticsExact,
  nobodyNeeded,
];

/** Everything that is not true; empty after a good run. */
export function judge(evidence: Evidence): Finding[] {
  return RULES.flatMap((rule) => rule.check(evidence).map((words) => ({ rule: rule.name, words })));
}
