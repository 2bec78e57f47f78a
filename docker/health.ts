/**
 * `node docker/health.ts server|worker|relay`: the health check of a container. Exits 0 where the process in this
 * container does its work, else 1 with the reason.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import protobuf from '@temporalio/proto';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { readConfig } from '../config.ts';
import { requireDatabaseUrl } from '../settings/database.ts';
import { temporalAccess, temporalAddress } from '../settings/temporal.ts';
import { httpScheme, tlsFiles } from '../settings/tls.ts';
import { openDatabase } from '../db/client.ts';
import { reachableUrl } from '../domain/http-url.ts';
import { openTemporal } from '../events/temporal-connection.ts';

const TIMEOUT_MS = 4000;
/** A worker polls anew at least once a minute. */
const POLL_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW } = protobuf.temporal.api.enums.v1.TaskQueueType;
const config = readConfig();

/** The server answers, and Postgres behind it. */
async function checkServer(): Promise<string | undefined> {
  const url = `${reachableUrl(config.HTTP_HOST, config.HTTP_PORT, httpScheme(config))}/health/ready`;
  const { statusCode, body } = await request(url, { dispatcher: new Agent({ connect: ownTls() }) });
  await body.dump();
  return statusCode === 200 ? undefined : `${url} answered ${statusCode}`;
}

/** The server is asked at its own loopback, which its certificate does not name; where it asks for one it is shown its own. */
function ownTls() {
  const files = tlsFiles(config);
  if (!files) return {};
  return { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile), rejectUnauthorized: false };
}

/** A worker of this container polls: Temporal knows it as `<pid>@<host name>`. */
async function checkWorker(): Promise<string | undefined> {
  const { temporal } = openTemporal({
    address: temporalAddress(config),
    namespace: config.TEMPORAL_NAMESPACE,
    access: temporalAccess(config),
    logger: pino({ level: 'silent' }),
  });
  const { pollers } = await temporal.withDeadline(Date.now() + TIMEOUT_MS, () =>
    temporal.workflowService.describeTaskQueue({
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

/** Each follower of the log that these settings ask for has a leader; another relay may be the one. */
async function checkRelay(): Promise<string | undefined> {
  const followers = ['workflow-starter', 'webhooks', 'projections'];
  if (config.KAFKA_BROKERS) followers.push('kafka');
  if (config.REDIS_URL !== undefined) followers.push('cache');
  const db = openDatabase(requireDatabaseUrl(config), { size: 1, applicationName: 'steadfast-health' });
  const led = await db<{ name: string }[]>`select name from consumers where lease_until > now()`;
  const leaderless = followers.filter((follower) => !led.some(({ name }) => name === follower));
  return leaderless.length === 0 ? undefined : `nobody leads ${leaderless.join(', ')}`;
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
