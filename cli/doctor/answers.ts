/** What the doctor says, for people and for programs. */
import { styleText } from 'node:util';
import type { Diagnosis } from '../../doctor/diagnosis.ts';
import { tellStage } from '../../doctor/diagnosis.ts';
import type { CheckReport, Report, ReportedFinding } from '../../doctor/examination.ts';
import type { PendingActivity } from '../../doctor/workflow-state.ts';
import type { Printer } from '../printer.ts';

const MOST_SHOWN = 20;

/** `healthy`; `differences`: some are left; `incomplete`: something could not be looked at, whatever else was found. */
export type Outcome = 'healthy' | 'differences' | 'incomplete';

/** What a report comes to. */
export function outcomeOf({ away, checks }: Report): Outcome {
  if (away.length > 0 || checks.some(({ failure }) => failure !== undefined)) return 'incomplete';
  return checks.some(({ differences, repaired }) => differences > repaired) ? 'differences' : 'healthy';
}

/** The report as JSON says it. */
export function toJson(report: Report, diagnosis?: Diagnosis) {
  return {
    outcome: outcomeOf(report),
    ...(diagnosis && { order: diagnosisAsJson(diagnosis) }),
    away: report.away,
    checks: report.checks.map(({ name, compares, differences, repaired, failure, findings }) => ({
      name,
      compares,
      differences,
      repaired,
      failure,
      findings: findings.map(({ orderId, found, means, remedy, isRepairable, isRepaired, isNote, complaint }) => ({
        order_id: orderId,
        found,
        means,
        remedy,
        repairable: isRepairable,
        repaired: isRepaired,
        note: isNote === true,
        complaint,
      })),
    })),
  };
}

function diagnosisAsJson({ order, progress, workflow, verdict, why, next, deadLetters }: Diagnosis) {
  return {
    order_id: order.id,
    status: order.status,
    approval: order.approval,
    stage: progress.stage,
    stage_since: progress.stageSince,
    verdict,
    why,
    next,
    workflow: workflow && {
      workflow_id: workflow.workflowId,
      run_id: workflow.runId,
      status: workflow.status,
      started_at: workflow.startedAt,
      closed_at: workflow.closedAt,
      history_length: workflow.historyLength,
      url: workflow.url,
      task: workflow.task && {
        attempt: workflow.task.attempt,
        under_way: workflow.task.isUnderWay,
        since: workflow.task.since,
      },
      task_failure: workflow.taskFailure,
      activities: workflow.activities.map(({ name, attempt, isUnderWay, lastError, startedAt, nextAt }) => ({
        name,
        attempt,
        under_way: isUnderWay,
        last_error: lastError,
        started_at: startedAt,
        next_at: nextAt,
      })),
      timers: workflow.timers.map(({ summary, firesAt }) => ({ summary, fires_at: firesAt })),
    },
    dead_letters: deadLetters.map(({ eventId, topic, error, waiting }) => ({
      event_id: eventId,
      topic,
      error,
      waiting,
    })),
  };
}

/** Tells why an order does not move. */
export function tellDiagnosis(print: Printer, diagnosis: Diagnosis): void {
  const { order, workflow, why, next, deadLetters } = diagnosis;
  print.line(`Order ${order.id} is ${order.status}: ${tellStage(diagnosis)}; unchanged since ${order.updatedAt}.`);
  print.line(`  why:      ${why}`);
  print.line(`  next:     ${next}`);
  if (workflow) {
    const closed = workflow.closedAt === undefined ? '' : `, closed ${workflow.closedAt}`;
    print.line(`  workflow: ${workflow.workflowId} ${workflow.status}, begun ${workflow.startedAt}${closed}`);
    for (const activity of workflow.activities) print.line(`  activity: ${tellActivity(activity)}`);
    for (const { summary, firesAt } of workflow.timers)
      print.line(`  timer:    ${summary ?? 'a timer'} until ${firesAt}`);
    if (workflow.url !== undefined) print.line(`  Temporal: ${workflow.url}`);
  }
  for (const { eventId, topic, error, waiting } of deadLetters)
    print.line(`  dead letter: ${eventId} for ${topic} (${error})${waiting > 0 ? `, ${waiting} wait behind it` : ''}`);
  print.line('');
}

function tellActivity({ name, attempt, isUnderWay, nextAt, lastError }: PendingActivity): string {
  const when = isUnderWay ? 'under way' : `at ${nextAt ?? 'once'}`;
  return `${name}, attempt ${attempt} ${when}${lastError === undefined ? '' : `; the one before: ${lastError}`}`;
}

/** Tells what was found, check by check. */
export function tellReport(print: Printer, { away, checks }: Report): void {
  for (const { source, why } of away) print.line(`${styleText('red', 'away')}       ${source}: ${why}`);
  for (const report of checks) tellCheck(print, report);
}

function tellCheck(print: Printer, report: CheckReport): void {
  const { name, compares, findings, failure } = report;
  print.line(`${tellResult(report)} ${name}: ${compares}`);
  if (failure !== undefined) print.line(`             ${failure}`);
  for (const finding of findings.slice(0, MOST_SHOWN)) tellFinding(print, finding);
  const hidden = findings.length - MOST_SHOWN;
  if (hidden > 0) print.line(`           … and ${hidden} more (all with --json)`);
}

function tellResult({ differences, repaired, failure }: CheckReport): string {
  if (failure !== undefined) return styleText('red', 'not looked');
  if (differences === 0) return styleText('green', 'ok'.padEnd(10));
  return differences > repaired ? styleText('red', 'differs'.padEnd(10)) : styleText('yellow', 'repaired'.padEnd(10));
}

function tellFinding(print: Printer, { orderId, found, means, remedy, complaint, ...finding }: ReportedFinding): void {
  const { isRepairable, isRepaired, isNote } = finding;
  print.line(`  ${isNote === true ? 'note' : '-'} ${orderId === undefined ? '' : `Order ${orderId}. `}${found}`);
  print.line(`      It means: ${means}`);
  if (isRepaired) print.line(`      Repaired: ${remedy}`);
  else if (complaint !== undefined) print.line(`      Not repaired: ${complaint}`);
  else print.line(`      ${isRepairable ? 'With --repair' : 'What to do'}: ${remedy}`);
}

/** What a report comes to, in one line. */
export function tellOutcome({ away, checks }: Report): string {
  const differences = sum(checks.map((check) => check.differences));
  const repaired = sum(checks.map((check) => check.repaired));
  const unseen = [
    ...away.map(({ source }) => source),
    ...checks.filter(({ failure }) => failure).map(({ name }) => name),
  ];
  const open = unseen.length === 0 ? '' : ` Could not look at everything: ${unseen.join(', ')}.`;
  return `${count(checks.length, 'check')}, ${count(differences, 'difference')}, ${repaired} repaired.${open}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
