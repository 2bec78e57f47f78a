/**
 * `node docker/health.ts server|worker|relay`: the health check of a container. Exits 0 where the process in this
 * container does its work, else 1 with the reason.
 */
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import { readConfig, requireDatabaseUrl, temporalAddress } from '../config.ts';
import { openDatabase } from '../db/client.ts';

const TIMEOUT_MS = 4000;
/** A worker polls anew at least once a minute. */
const POLL_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW } = protobuf.temporal.api.enums.v1.TaskQueueType;
const config = readConfig();

/** The server answers, and Postgres behind it. */
async function checkServer(): Promise<string | undefined> {
  const url = `http://127.0.0.1:${config.HTTP_PORT}/health/ready`;
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return ok ? undefined : `${url} answered ${status}`;
}

/** A worker of this container polls: Temporal knows it as `<pid>@<host name>`. */
async function checkWorker(): Promise<string | undefined> {
  const connection = await Connection.connect({ address: temporalAddress(config), connectTimeout: TIMEOUT_MS });
  const { pollers } = await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace: config.TEMPORAL_NAMESPACE,
      taskQueue: { name: config.TEMPORAL_TASK_QUEUE },
      taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
    }),
  );
  const since = Date.now() - POLL_IS_FRESH_MS;
  const isPolling = pollers.some(
    ({ identity, lastAccessTime }) =>
      identity?.endsWith(`@${hostname()}`) && Number(lastAccessTime?.seconds ?? 0) * 1000 > since,
  );
  return isPolling ? undefined : `no worker on ${hostname()} polls "${config.TEMPORAL_TASK_QUEUE}"`;
}

/** Each consumer of the log has a leader; another relay may be the one. */
async function checkRelay(): Promise<string | undefined> {
  const db = openDatabase(requireDatabaseUrl(config), { size: 1, applicationName: 'steadfast-health' });
  const [row] = await db<{ led: number; leaderless: number }[]>`
    select count(*) filter (where lease_until > now())::int as led,
      count(*) filter (where lease_until is null or lease_until <= now())::int as leaderless
    from consumers`;
  return row && row.led > 0 && row.leaderless === 0 ? undefined : 'a consumer of the log has no leader';
}

const checks: Readonly<Record<string, () => Promise<string | undefined>>> = {
  server: checkServer,
  worker: checkWorker,
  relay: checkRelay,
};
const [name = 'server'] = process.argv.slice(2);
const check = checks[name];
const timer = setTimeout(() => process.exit(1), TIMEOUT_MS);
const problem = check
  ? await check().catch((error: unknown) => String(error))
  : `there is no check of "${name}"; ${Object.keys(checks).join(', ')} exist`;
clearTimeout(timer);
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exit(problem === undefined ? 0 : 1);
