/** What happened, as tables for people. */
import Table from 'cli-table3';
import type { CustomerLedger } from './customers/customer.ts';
import type { InflictedFault } from './faults/inflict.ts';
import type { Evidence, Finding } from './judge/evidence.ts';
import { RULES } from './judge/judge.ts';

const MOST_SHOWN = 20;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Every fault: when, what, to what, and when that ran again. */
export function describeFaults(faults: readonly InflictedFault[]): string {
  const rows = faults
    .toSorted((one, other) => one.atMs - other.atMs)
    .map(({ atMs, kind, target, details, overAfterMs, note }) => [
      seconds(atMs),
      kind,
      target,
      details,
      overAfterMs === undefined ? note : seconds(overAfterMs),
    ]);
  return tableOf(['at', 'fault', 'of', 'how', 'over after'], rows);
}

/** How customers fared. */
export function describeCustomers(customers: readonly CustomerLedger[]): string {
  const waits = customers.flatMap(({ acceptedAfterMs }) => acceptedAfterMs ?? []).toSorted((one, other) => one - other);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  const failures = new Map<string, number>();
  for (const [reason, count] of customers.flatMap((customer) => [...customer.failures]))
    failures.set(reason, (failures.get(reason) ?? 0) + count);
  const wishes = new Map<string, number>();
  for (const { wish } of customers)
    if (wish) wishes.set(`${wish.what}: ${wish.kind}`, (wishes.get(`${wish.what}: ${wish.kind}`) ?? 0) + 1);
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, count]) => `${count} × ${name}`).join('\n') || '–';
  return tableOf(
    ['customers', ''],
    [
      ['orders accepted', String(customers.filter(({ accepted }) => accepted.length > 0).length)],
      ['never answered', String(customers.filter(({ accepted }) => accepted.length === 0).length)],
      ['accepted after', `${seconds(at(0.5))} (median), ${seconds(at(0.99))} (p99), ${seconds(at(1))} (longest)`],
      ['tried again because of', list(failures)],
      ['wishes', list(wishes)],
    ],
  );
}

/** What became of the orders. */
export function describeOrders({ books, records, webhooks, streamed }: Evidence, settledAfterMs: number): string {
  const ends = new Map<string, number>();
  for (const { status, failureReason } of books.orders) {
    const end = failureReason === null ? status : `${status}, ${failureReason}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const rows = [...ends].toSorted((one, other) => other[1] - one[1]).map(([end, count]) => [end, String(count)]);
  return tableOf(
    ['orders', ''],
    [
      ...rows,
      ['settled after the last fault', seconds(settledAfterMs)],
      ['events in the log', String(books.events.length)],
      ['records in Kafka', String(records.length)],
      ['webhooks received', String(webhooks.length)],
      ['events streamed live', String(streamed.length)],
      ['charges and refunds', String(books.ledger.length)],
    ],
  );
}

/** Each rule with what breaks it. */
export function describeFindings(findings: readonly Finding[]): string {
  const rows = RULES.map(({ name }) => {
    const words = findings.filter(({ rule }) => rule === name).map((finding) => finding.words);
    const rest = words.length > MOST_SHOWN ? [`… and ${words.length - MOST_SHOWN} more`] : [];
    return [name, words.length === 0 ? 'holds' : [...words.slice(0, MOST_SHOWN), ...rest].join('\n')];
  });
  return tableOf(['rule', findings.length === 0 ? '0 findings' : `${findings.length} findings`], rows);
}

function tableOf(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
}
