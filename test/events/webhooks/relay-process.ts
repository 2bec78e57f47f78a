/** A relay for webhooks as a process that a test kills; the first argument is the URL of the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { openDatabase } from '../../../db/client.ts';
import { follow } from '../../../events/consumer.ts';
import { runWebhooks } from '../../../events/webhooks/webhooks.ts';

const db = openDatabase(process.argv[2] ?? '');
const logger = pino({ level: 'silent' });
const { signal } = new AbortController();
const webhooks = runWebhooks({
  db,
  logger,
  signal,
  allowPrivate: true,
  timeoutMs: 500,
  batchSize: 20,
  retries: [],
});
process.on('disconnect', () => process.exit());
await follow(webhooks.projection, {
  db,
  waker: { wait: () => sleep(10) },
  holder: `killed-${process.pid}`,
  leaseMs: 600,
  logger,
  signal,
});
