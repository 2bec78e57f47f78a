import { recordAudit } from '../../db/audit.ts';
import {
  countMisplacedEvents,
  findLogAhead,
  listConnectedProcesses,
  type LogAhead,
  moveMisplacedEvents,
  spendTransactionIds,
} from '../../db/transaction-ids.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** About ten minutes. Who counted further puts the counter forward itself, which takes no time. */
const MOST_SPENT = 100_000_000n;

/** Whether the log was brought here from another PostgreSQL, by a dump or by logical replication. */
export const transactionIds: Check = {
  name: 'transaction-ids',
  compares: 'the transaction ids of the log and of the cursors with those that this PostgreSQL gives',
  needs: ['postgres'],
  isByOrder: false,
  async *find(scene) {
    const ahead = await findLogAhead(scene.db);
    if (!ahead) return;
    const [misplaced, processes] = await Promise.all([
      countMisplacedEvents(scene.db),
      listConnectedProcesses(scene.db),
    ]);
    const missing = BigInt(ahead.furthest) - BigInt(ahead.next) + 1n;
    const isIdle = processes.length === 0;
    const isNear = missing <= MOST_SPENT;
    yield {
      key: 'ahead',
      found:
        `The log and its cursors go up to transaction ${ahead.furthest}; this PostgreSQL gives ${ahead.next} next.` +
        (misplaced > 0
          ? ` ${misplaced} event${misplaced === 1 ? ' that was' : 's that were'} written since would be passed over.`
          : ''),
      means:
        'The database was restored from a dump, or replicated, into another cluster. The followers of the log stand still ' +
        'until it has counted further: new orders get no workflow, and nothing reaches Kafka, webhooks or statistics.',
      remedy: remedyOf({ ahead, missing, processes, isNear }),
      repair: isIdle && isNear ? () => catchUp(scene, { ...ahead, misplaced }) : undefined,
    };
  },
};

function remedyOf(of: { ahead: LogAhead; missing: bigint; processes: readonly string[]; isNear: boolean }): string {
  const { ahead, missing, processes, isNear } = of;
  const idle = processes.length === 0 ? '' : `Stop every ${processes.join(', ')}, then ask again with --repair: `;
  if (isNear)
    return `${idle}${missing} transaction ids are spent, and events written since go to the end of the log. Nothing is lost.`;
  const epoch = (BigInt(ahead.furthest) >> 32n) + 1n;
  return `${missing} transaction ids are too many to spend: stop PostgreSQL and run pg_resetwal --epoch=${epoch} (docs/deploy.md).`;
}

async function catchUp({ db, signal, actor }: Scene, { misplaced, ...before }: LogAhead & { misplaced: number }) {
  await moveMisplacedEvents(db);
  while (await findLogAhead(db)) {
    signal.throwIfAborted();
    await spendTransactionIds(db);
  }
  // Spending writes nothing that a crash could not undo; this does.
  const detail = { ...before, misplaced };
  await recordAudit(db, { actor, action: 'log.transaction-ids', subject: 'order_events', result: 'ADVANCED', detail });
}
