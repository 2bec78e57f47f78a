/** Cancels many orders, some at a time, so that whoever waits sees how far it is. */
import { client, type Schema } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';

/** What became of an order. */
export type Outcome = Schema<'BulkCancellation'>['orders'][number];

interface Run {
  readonly ids: readonly string[];
  readonly reason: string | undefined;
  readonly onProgress: (outcomes: readonly Outcome[]) => void;
  readonly mayGoOn: () => boolean;
}

const AT_A_TIME = 40;
/** What the server had no time for is tried again, as long as others succeed. */
const MOST_FRUITLESS = 3;

/**
 * Gives the outcome of each order, in their order; those that were never tried are `NOT_TRIED`. Ends early where the
 * server or what stands behind it is away. Throws only where the request itself is refused, which does nothing.
 */
export async function runCancellation({ ids, reason, onProgress, mayGoOn }: Run): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  let waiting = ids;
  for (let fruitless = 0; waiting.length > 0 && fruitless < MOST_FRUITLESS && mayGoOn();) {
    const batch = waiting.slice(0, AT_A_TIME);
    const answers = await cancel(batch, reason);
    for (const answer of answers) outcomes.set(answer.order_id, answer);
    onProgress([...outcomes.values()].filter(({ result }) => result !== 'NOT_TRIED'));
    const undecided = answers.filter(isUndecided).map(({ order_id }) => order_id);
    fruitless = undecided.length === batch.length ? fruitless + 1 : 0;
    waiting = [...undecided, ...waiting.slice(AT_A_TIME)];
    if (answers.every(({ result }) => result === 'UNAVAILABLE')) break;
  }
  return ids.map((id) => outcomes.get(id) ?? { order_id: id, result: 'NOT_TRIED' });
}

/** Whether to try again: a busy system may have had no time, or none to answer in; a repeat is safe. */
function isUndecided({ result }: Outcome): boolean {
  return result === 'NOT_TRIED' || result === 'UNAVAILABLE';
}

async function cancel(ids: readonly string[], reason: string | undefined): Promise<readonly Outcome[]> {
  try {
    const { data } = await client.POST('/api/orders/cancel', {
      body: { order_ids: [...ids], ...(reason !== undefined && { reason }) },
    });
    return data?.orders ?? [];
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.status === 400) throw problem;
    // Whether any was cancelled is unknown; a repeat is safe and tells.
    return ids.map((id) => ({ order_id: id, result: 'UNAVAILABLE', reason: problem.message }));
  }
}
