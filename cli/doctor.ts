/** `steadfast doctor`. */
import type { Command } from 'commander';
import { outcomeOf, tellDiagnosis, tellOutcome, tellReport, toJson } from './doctor/answers.ts';
import { findPlaces, type PlaceOptions, type ReadSettings } from './doctor/settings.ts';
import { CommandFailure, exitCode } from './failure.ts';
import { createPrinter, type Printer } from './printer.ts';
import type { GlobalOptions } from './session.ts';

interface Options extends PlaceOptions, GlobalOptions {
  readonly order?: string;
  readonly repair?: boolean;
  readonly check?: readonly string[];
}

/** Adds the command. It needs no server: it asks the database and Temporal itself. */
export function addDoctor(program: Command, read: ReadSettings): void {
  program
    .command('doctor [order]')
    .description(
      'compare database, Temporal, payment ledger, stock and log, and say what is wrong, or why an order waits',
    )
    .option('--order <id>', 'the same as the argument')
    .option('--repair', 'repair what is safe; each repair may be repeated')
    .option('--check <names...>', 'only these checks')
    .option('--database <url>', 'where PostgreSQL is (else DATABASE_URL, else the running system)')
    .option('--temporal <host:port>', 'where Temporal is (else TEMPORAL_ADDRESS, else the running system)')
    .option('--actor <name>', 'who repairs, for the audit')
    .addHelpText(
      'after',
      `
Exit codes:
  0  healthy, or everything that was found is repaired
  1  differences are left
  2  something could not be looked at; it says what`,
    )
    .action(async (order: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await see(options, order ?? options.order, { read, print: createPrinter({ json: options.json === true }) });
    });
}

async function see(
  options: Options,
  orderId: string | undefined,
  { read, print }: { read: ReadSettings; print: Printer },
): Promise<void> {
  // Only this command needs them, and they take their time.
  const [{ openScene }, { examine }, { CHECKS }, { diagnose }] = await Promise.all([
    import('../doctor/scene.ts'),
    import('../doctor/examination.ts'),
    import('../doctor/checks.ts'),
    import('../doctor/diagnosis.ts'),
  ]);
  const names = CHECKS.map(({ name }) => name);
  const unknown = options.check?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new CommandFailure(exitCode.usage, `There is no check "${unknown}". There are: ${names.join(', ')}.`);
  const chosen = CHECKS.filter(({ name }) => options.check?.includes(name) ?? true);

  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort(new CommandFailure(exitCode.usage, 'Stopped before it had looked at everything.'));
  });
  const { scene, close } = openScene(findPlaces(options, read, stopping.signal));
  try {
    const report = await examine(scene, {
      checks: orderId === undefined ? chosen : chosen.filter(({ isByOrder, name }) => isByOrder || name === 'schema'),
      orderIds: orderId === undefined ? undefined : [orderId],
      isRepairing: options.repair === true,
      onCheck: ({ name }) => showProgress(`looking at ${name}`),
    });
    showProgress('');
    const isAway = (source: string) => report.away.some((away) => away.source === source);
    const diagnosis =
      orderId === undefined || isAway('postgres')
        ? undefined
        : await diagnose(scene, orderId, { isTemporalAway: isAway('temporal') });
    if (orderId !== undefined && !isAway('postgres') && !diagnosis)
      throw new CommandFailure(exitCode.refused, `There is no order "${orderId}".`);
    print.answer(toJson(report, diagnosis), () => {
      if (diagnosis) tellDiagnosis(print, diagnosis);
      tellReport(print, report);
    });
    const outcome = outcomeOf(report);
    if (outcome !== 'healthy')
      throw new CommandFailure(outcome === 'incomplete' ? exitCode.usage : exitCode.refused, tellOutcome(report));
    if (!print.json) print.line(tellOutcome(report));
  } finally {
    showProgress('');
    await close();
  }
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
