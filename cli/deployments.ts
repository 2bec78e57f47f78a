/** `steadfast deployments`: builds of the worker side by side. */
import { isGrpcServiceError } from '@temporalio/client';
import { type Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { temporalAccess, temporalAddress } from '../settings/temporal.ts';
import { openTemporal } from '../events/temporal-connection.ts';
import {
  type Build,
  type DeploymentOptions,
  listBuilds,
  moveOrders,
  promoteBuild,
  rampBuild,
} from '../events/worker-deployments.ts';
import { findEndpoints } from './endpoints.ts';
import { CommandFailure, exitCode } from './failure.ts';
import { createPrinter, type Printer } from './printer.ts';
import type { GlobalOptions } from './session.ts';

type Work = (deployment: DeploymentOptions, print: Printer) => Promise<void>;

interface Options extends GlobalOptions {
  readonly temporal?: string;
}

const ANSWER_WITHIN_MS = 20_000;
/** Many orders are moved one after the other. */
const MOVE_WITHIN_MS = 3_600_000;
/** gRPC codes: 4 DEADLINE_EXCEEDED, 14 UNAVAILABLE. */
const AWAY: readonly number[] = [4, 14];

/** Adds the commands. They need no server: they ask Temporal itself. */
export function addDeployments(deployments: Command, readConfig: () => Config): void {
  const command = (name: string, description: string) =>
    deployments
      .command(name)
      .description(description)
      .option('--temporal <host:port>', 'where Temporal is (else TEMPORAL_ADDRESS, else the running system)');
  const ask = (of: Command, work: Work, withinMs = ANSWER_WITHIN_MS) =>
    atTemporal({ ...of.optsWithGlobals<Options>(), withinMs }, readConfig(), work);

  command('list', 'builds that Temporal knows, the orders that each still carries and the workers that it has').action(
    async (_options: unknown, of: Command) =>
      ask(of, async (deployment, print) => {
        const builds = await listBuilds(deployment);
        print.answer({ builds }, () => {
          tellBuilds(builds, print);
        });
      }),
  );

  command('promote [build]', 'let new orders go to this build')
    .option('--unversioned', 'let them go to workers that say no build (WORKER_VERSIONING=off)')
    .action(async (buildId: string | undefined, { unversioned }: { unversioned?: boolean }, of: Command) => {
      if ((buildId === undefined) === (unversioned !== true))
        throw new CommandFailure(exitCode.usage, 'Give a build, or --unversioned.');
      await ask(of, async (deployment, print) => {
        await promoteBuild(deployment, buildId);
        print.answer({ current: buildId ?? null }, () => {
          print.line(`New orders go to ${buildId ?? 'workers that say no build'}.`);
        });
      });
    });

  command('ramp', 'let a share of the new orders go to this build; 0 ends it')
    .argument('<build>', 'its id')
    .argument('<percent>', '0 to 100', readPercent)
    .action(async (buildId: string, percent: number, _options: unknown, of: Command) =>
      ask(of, async (deployment, print) => {
        await rampBuild(deployment, buildId, percent);
        print.answer({ build: buildId, percent }, () => {
          print.line(percent === 0 ? 'No build gets a share.' : `${percent} % of new orders go to ${buildId}.`);
        });
      }),
    );

  command('move', 'let the open orders of a build go on with another one, whose workflows replay those of the first')
    .argument('<from>', 'the build that is gone', readBuildId)
    .argument('<to>', 'the build that goes on', readBuildId)
    .action(async (from: string, to: string, _options: unknown, of: Command) =>
      ask(
        of,
        async (deployment, print) => {
          const moved = await moveOrders(deployment, { from, to });
          print.answer({ from, to, moved }, () => {
            print.line(`${moved} ${moved === 1 ? 'order goes' : 'orders go'} on with ${to}.`);
          });
        },
        MOVE_WITHIN_MS,
      ),
    );
}

async function atTemporal(
  { temporal: stated, json, withinMs }: Options & { readonly withinMs: number },
  config: Config,
  work: Work,
): Promise<void> {
  const running = findEndpoints(config.DATA_DIR).temporal;
  const address = temporalAddress({ ...config, TEMPORAL_ADDRESS: stated ?? config.TEMPORAL_ADDRESS ?? running });
  const { temporal, close } = openTemporal({
    address,
    namespace: config.TEMPORAL_NAMESPACE,
    access: temporalAccess(config),
    logger: pino({ level: 'silent' }),
  });
  try {
    await temporal.withDeadline(Date.now() + withinMs, () =>
      work({ temporal, taskQueue: config.TEMPORAL_TASK_QUEUE }, createPrinter({ json: json === true })),
    );
  } catch (error) {
    const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
    if (!isGrpcServiceError(cause)) throw error;
    if (AWAY.includes(cause.code))
      throw new CommandFailure(exitCode.unreachable, `Temporal does not answer at ${address}.`);
    throw new CommandFailure(exitCode.refused, `Temporal refuses it: ${cause.details}`);
  } finally {
    await close();
  }
}

function tellBuilds(builds: readonly Build[], print: Printer): void {
  print.table(
    ['build', 'status', 'open orders', 'workers'],
    builds.map(({ buildId, status, rampPercent, openOrders, workers }) => [
      buildId,
      status === 'RAMPING' ? `RAMPING ${rampPercent} %` : status,
      openOrders,
      workers,
    ]),
  );
  for (const { buildId } of builds.filter(({ openOrders, workers }) => openOrders > 0 && workers === 0))
    print.line(`${buildId} has open orders and no worker: start one of it, or move its orders.`);
}

function readPercent(text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new InvalidArgumentError('It must be a number from 0 to 100.');
}

function readBuildId(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError('A build id has letters, digits, dots, hyphens and underscores.');
}
