/** Running checks: each finding is looked at twice before it counts, repaired where asked, and looked at again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createTurns } from '../events/turns.ts';
import type { Check, Finding } from './check.ts';
import { schema } from './checks/schema.ts';
import type { Scene } from './scene.ts';
import { type Away, findAway, tellError } from './sources.ts';

/** A finding with what became of it. */
export interface ReportedFinding extends Omit<Finding, 'repair'> {
  readonly isRepairable: boolean;
  readonly isRepaired: boolean;
  /** Why the repair failed. */
  readonly complaint?: string | undefined;
}

/** What a check came to. */
export interface CheckReport {
  readonly name: string;
  readonly compares: string;
  /** All that it found, also what is not told one by one; notes do not count. */
  readonly differences: number;
  readonly repaired: number;
  /** The first {@link MOST_TOLD}. */
  readonly findings: readonly ReportedFinding[];
  /** Why it could not look, or not to the end. */
  readonly failure?: string | undefined;
}

/** What the doctor says. */
export interface Report {
  readonly away: readonly Away[];
  readonly checks: readonly CheckReport[];
}

/** What to examine. */
export interface Examination {
  readonly checks: readonly Check[];
  /** These orders alone; everything where absent. */
  readonly orderIds?: readonly string[] | undefined;
  readonly isRepairing: boolean;
  /** Told before each check. */
  readonly onCheck?: ((check: Check) => void) | undefined;
}

/** Most findings of a check that are told one by one. */
export const MOST_TOLD = 1000;
const BATCH = 500;
const REPAIRS_AT_ONCE = 8;

/** Runs the checks one after the other; what is away is told, and what needs it is not run. Throws only by the signal. */
export async function examine(scene: Scene, of: Examination): Promise<Report> {
  const away = await findAway(scene);
  const missing = new Map(away.map(({ source, why }) => [source, why]));
  const reports: CheckReport[] = [];
  let isSchemaBehind = false;
  for (const check of of.checks) {
    scene.signal.throwIfAborted();
    const { name, compares, needs } = check;
    if (needs.includes('kafka') && !scene.kafka) continue;
    const absent = needs.find((source) => missing.has(source));
    if (absent !== undefined || (isSchemaBehind && needs.includes('postgres'))) {
      const failure = absent === undefined ? 'the schema of the database is behind' : `${absent} is away`;
      reports.push({ name, compares, differences: 0, repaired: 0, findings: [], failure });
      continue;
    }
    of.onCheck?.(check);
    const report = await run(check, scene, of);
    if (check === schema) isSchemaBehind = report.differences > 0;
    reports.push(report);
  }
  return { away, checks: reports };
}

async function run(check: Check, scene: Scene, { orderIds, isRepairing }: Examination): Promise<CheckReport> {
  const { name, compares } = check;
  const findings: ReportedFinding[] = [];
  let [differences, repaired] = [0, 0];
  let failure: string | undefined;
  try {
    for await (const batch of batches(check.find(scene, orderIds), check.isByOrder ? BATCH : Infinity)) {
      const confirmed = await confirm(check, scene, batch);
      const reported = isRepairing ? await repair(check, scene, confirmed) : confirmed.map(untouched);
      for (const finding of reported) {
        if (!finding.isNote) differences += 1;
        if (finding.isRepaired) repaired += 1;
        if (findings.length < MOST_TOLD) findings.push(finding);
      }
    }
  } catch (error) {
    scene.signal.throwIfAborted();
    failure = tellError(error);
  }
  return { name, compares, differences, repaired, findings, failure };
}

/** Those that are still so after a moment: what was under way when they were found is done then. */
async function confirm(check: Check, scene: Scene, found: readonly Finding[]): Promise<Finding[]> {
  await sleep(scene.patience.settleMs, undefined, { signal: scene.signal });
  const keys = new Set(found.map(({ key }) => key));
  const again = await findAgain(check, scene, found);
  return again.filter(({ key }) => keys.has(key));
}

async function findAgain(check: Check, scene: Scene, found: readonly Finding[]): Promise<Finding[]> {
  const orderIds = [...new Set(found.flatMap(({ orderId }) => orderId ?? []))];
  const isByOrder = check.isByOrder && found.every(({ orderId }) => orderId !== undefined);
  const again: Finding[] = [];
  for await (const finding of check.find(scene, isByOrder ? orderIds : undefined)) again.push(finding);
  return again;
}

async function repair(check: Check, scene: Scene, confirmed: readonly Finding[]): Promise<ReportedFinding[]> {
  const mendable = confirmed.filter((finding) => finding.repair);
  if (mendable.length === 0) return confirmed.map(untouched);
  const takeTurn = createTurns(REPAIRS_AT_ONCE);
  const complaints = new Map<string, string>();
  const mend = ({ key, repair: act }: Finding) =>
    takeTurn(async () => act?.()).catch((error: unknown) => complaints.set(key, tellError(error)));
  await Promise.all(mendable.map(mend));
  // What has no repair is there still, and says nothing of what was mended.
  const unmendable = new Set(confirmed.filter((finding) => !finding.repair).map(({ key }) => key));
  const again = (await findAgain(check, scene, mendable)).filter(({ key }) => !unmendable.has(key));
  const left = new Set(again.map(subjectOf));
  return confirmed.map((finding) => {
    const complaint = complaints.get(finding.key);
    return {
      ...untouched(finding),
      isRepaired: finding.repair !== undefined && !left.has(subjectOf(finding)),
      complaint,
    };
  });
}

/** What a finding is about, however much of it is left. */
function subjectOf({ key, orderId }: Finding): string {
  return orderId ?? key;
}

function untouched({ repair: act, ...finding }: Finding): ReportedFinding {
  return { ...finding, isRepairable: act !== undefined, isRepaired: false };
}

async function* batches(findings: AsyncIterable<Finding>, most: number): AsyncGenerator<Finding[]> {
  let batch: Finding[] = [];
  for await (const finding of findings) {
    batch.push(finding);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
