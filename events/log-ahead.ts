/** A log that was brought from another PostgreSQL: told at the start, because its followers would stand still over it. */
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { findLogAhead } from '../db/transaction-ids.ts';

/** What is said of it wherever it is met. */
export const LOG_AHEAD =
  'the log is ahead of the transaction ids of this PostgreSQL, as after a restore from a dump: stop server, relay and worker, ' +
  'and run steadfast doctor --check transaction-ids --repair';

/** Logs an error where the log is ahead; says nothing where the database does not answer yet. Never throws. */
export async function tellLogAhead(db: Database, logger: Pick<Logger, 'error'>): Promise<void> {
  const ahead = await findLogAhead(db).catch(() => undefined);
  if (ahead) logger.error({ next_transaction: ahead.next, furthest_transaction: ahead.furthest }, LOG_AHEAD);
}
