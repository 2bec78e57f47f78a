import type { CustomerLedger } from '../customers/customer.ts';
import type { InflictedFault } from '../faults/inflict.ts';
import type { Books, StockBook } from '../witnesses/books.ts';
import type { TopicRecord } from '../witnesses/topics.ts';
import type { StreamedEvent } from '../witnesses/live-stream.ts';
import type { ReceivedWebhook } from '../witnesses/webhook-receiver.ts';
import type { WorkflowRun } from '../witnesses/workflows.ts';

/** All ledgers of a run, each kept by somebody else. */
export interface Evidence {
  /** What was done to the system. */
  readonly faults: readonly InflictedFault[];
  readonly customers: readonly CustomerLedger[];
  readonly books: Books;
  /** Before the first order. */
  readonly stockBefore: readonly StockBook[];
  readonly records: readonly TopicRecord[];
  readonly webhooks: readonly ReceivedWebhook[];
  /** What somebody saw who followed all orders live. */
  readonly streamed: readonly StreamedEvent[];
  readonly workflows: readonly WorkflowRun[];
  /** The ids of orders that were open when the patience after the last fault was over. */
  readonly openAtTheEnd: readonly string[];
}

/** Something that must not be: the rule that is broken, and what breaks it, in words. */
export interface Finding {
  readonly rule: string;
  readonly words: string;
}

/** A rule: its name says what must be true; `check` gives what is not, in words. */
export interface Rule {
  readonly name: string;
  check(evidence: Evidence): string[];
}

/** Groups by a key. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
