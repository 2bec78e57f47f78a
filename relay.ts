/** The relay process: follows the order log. Any number may run; each consumer is led by one of them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { lifecycleSettings, requireDatabaseUrl, temporalAddress } from './config.ts';
import { openDatabase } from './db/client.ts';
import { type Consumer, follow, type Projection } from './events/consumer.ts';
import { openTemporal } from './events/temporal-connection.ts';
import { listenToLog } from './events/wake.ts';
import { reviveWorkflows } from './events/workflow-reviver.ts';
import { createWorkflowStarter } from './events/workflow-starter.ts';
import { runProcess } from './process.ts';

const SLOW_BEAT_MS = 500;

await runProcess('relay', ({ config, logger }) => {
  const db = openDatabase(requireDatabaseUrl(config), { size: 8, applicationName: 'steadfast-relay' });
  const { connection, close: closeTemporal } = openTemporal(temporalAddress(config));
  const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  const wakes = listenToLog(db, (error) => {
    logger.warn({ err: error }, 'not listening to the log yet');
  });
  const stopping = new AbortController();
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const start = { temporal, taskQueue: config.TEMPORAL_TASK_QUEUE, settings: lifecycleSettings(config) };
  const starter = createWorkflowStarter({ ...start, batchSize: config.RELAY_BATCH_SIZE });
  const consumers: (Consumer | Projection)[] = [starter];
  const following = consumers.map((consumer) =>
    follow(consumer, {
      db,
      waker: wakes.createWaker(SLOW_BEAT_MS),
      holder,
      leaseMs: config.RELAY_LEASE,
      logger,
      signal: stopping.signal,
    }),
  );
  const reviving = reviveWorkflows({
    ...start,
    db,
    holder,
    logger,
    signal: stopping.signal,
    beatMs: config.REVIVE_INTERVAL,
    graceMs: config.REVIVE_GRACE,
  });
  return {
    close: async () => {
      stopping.abort();
      await Promise.all([...following, reviving]);
      await wakes.close();
      await closeTemporal();
      await db.end({ timeout: 5 });
    },
  };
});
