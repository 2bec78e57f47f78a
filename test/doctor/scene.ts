/** The doctor at work on what a test has made. */
import type { Client } from '@temporalio/client';
import { openSimulatorLedger } from '../../activities/payment-ledger.ts';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import type { Database } from '../../db/client.ts';
import type { LifecycleSettings } from '../../domain/lifecycle.ts';
import type { Check } from '../../doctor/check.ts';
import { CHECKS } from '../../doctor/checks.ts';
import { type CheckReport, examine, type ReportedFinding } from '../../doctor/examination.ts';
import type { Scene } from '../../doctor/scene.ts';

/** Settings of a system where nothing waits. */
export const AT_ONCE: LifecycleSettings = {
  paymentDelayMs: 0,
  preparationDelayMs: 0,
  deliveryDelayMs: 0,
  approvalLimit: 1,
  approvalTimeoutMs: 1,
};

/** A scene of these parts; it looks again after a short moment. */
export function makeScene(
  parts: { db: Database; temporal: Client; taskQueue: string; settings: LifecycleSettings } & Partial<Scene>,
): Scene {
  return {
    ledger: openSimulatorLedger(parts.db),
    payments: createPaymentSimulator(parts.db, { successRate: 1, throwRate: 0 }),
    patience: { settleMs: 200, graceMs: 60_000, standstillMs: 30_000 },
    actor: 'test',
    now: Date.now,
    signal: new AbortController().signal,
    ...parts,
  };
}

/** Runs one check by its name; throws where it could not look. */
export async function check(
  name: string,
  scene: Scene,
  of: { orderIds?: readonly string[]; isRepairing?: boolean } = {},
): Promise<CheckReport> {
  const { away, checks } = await examine(scene, { isRepairing: false, ...of, checks: [checkNamed(name)] });
  const [report] = checks;
  if (!report || report.failure !== undefined)
    throw new Error(`${name} could not look: ${report?.failure ?? ''} ${JSON.stringify(away)}`);
  return report;
}

/** Finds, sees that it is still found, repairs, and sees that nothing is left; answers what was found first. */
export async function repaired(
  name: string,
  scene: Scene,
  of: { orderIds?: readonly string[] } = {},
): Promise<ReportedFinding[]> {
  const found = await check(name, scene, of);
  const mended = await check(name, scene, { ...of, isRepairing: true });
  if (mended.repaired !== found.differences)
    throw new Error(`${mended.repaired} of ${found.differences} repaired: ${JSON.stringify(mended.findings)}`);
  const left = await check(name, scene, of);
  if (left.differences > 0) throw new Error(`left: ${JSON.stringify(left.findings)}`);
  return [...found.findings];
}

function checkNamed(name: string): Check {
  const found = CHECKS.find((one) => one.name === name);
  if (!found) throw new Error(`there is no check ${name}`);
  return found;
}
