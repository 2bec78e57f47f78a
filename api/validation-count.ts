/** Counting what the rules say of orders: in memory, written once a second, so that an order costs nothing more. */
import { randomUUID } from 'node:crypto';
import type { Database } from '../db/client.ts';
import { keepValidationCounts, settleValidationCounts } from '../db/validation-stats.ts';
import type { RuleName, Violation } from '../domain/rules.ts';

/** Counts orders that were checked. A process that dies without closing may lose the counts of its last second. */
export interface ValidationCounter {
  approved(): void;
  /** An order counts once for each rule that it breaks. */
  rejected(violations: readonly Violation[]): void;
  /** Writes what has been counted and counts no more. */
  close(): Promise<void>;
}

/** What an order may count as; there are no more of them than rules and two. */
type Outcome = 'APPROVED' | 'REJECTED' | RuleName;

const WRITE_EVERY_MS = 1000;

/** Makes the counter of a process. What cannot be written is written the next time. */
export function createValidationCounter(db: Database, writeEveryMs = WRITE_EVERY_MS): ValidationCounter {
  const server = randomUUID();
  const totals = new Map<Outcome, number>();
  let isWritten = true;
  let writing = Promise.resolve();

  const count = (outcomes: Iterable<Outcome>) => {
    for (const outcome of outcomes) totals.set(outcome, (totals.get(outcome) ?? 0) + 1);
    isWritten = false;
  };
  const write = async (): Promise<void> => {
    if (isWritten) return;
    isWritten = true;
    const counts = [...totals].map(([outcome, orders]) => ({ outcome, orders }));
    await keepValidationCounts(db, server, counts).catch(() => {
      isWritten = false;
    });
  };
  const timer = setInterval(() => {
    writing = writing.then(write);
  }, writeEveryMs).unref();

  return {
    approved: () => {
      count(['APPROVED']);
    },
    rejected: (violations) => {
      count(new Set<Outcome>(['REJECTED', ...violations.map(({ rule }) => rule)]));
    },
    close: async () => {
      clearInterval(timer);
      await writing;
      await write();
      await settleValidationCounts(db, server).catch(() => undefined);
    },
  };
}
