/** The use case that holds rows against the log, and sets them to it where asked. */
import type { Database } from '../db/client.ts';
import { repairOrder } from '../db/order-repair.ts';
import { examine, type OrderFinding, readEvidence } from '../db/verification.ts';
import { orderNotFound } from '../domain/failures.ts';
import { checkInteger, checkOrderId, demand } from './checks.ts';

/** What to verify: one order, or a page of all by id. */
export interface VerificationRequest {
  readonly orderId?: string | undefined;
  /** The `next` of the page before; the first page where absent. */
  readonly after?: string | undefined;
  /** Orders on a page: 1 to 500; 200 where absent. */
  readonly limit?: number | undefined;
  readonly repair?: boolean | undefined;
  /** Who repairs, for the audit. */
  readonly actor: string;
}

/** What one page holds: the orders with something wrong, and which of them are right again. */
export interface VerificationPage {
  readonly checked: number;
  readonly findings: readonly (OrderFinding & { readonly isRepaired: boolean })[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

export type Verification = ReturnType<typeof createVerification>;

const DEFAULT_LIMIT = 200;
const MOST_ORDERS = 500;
/** How often a repair is tried where the order changes meanwhile. */
const ATTEMPTS = 3;

/** What the use case works with; `forgetOrder` takes an order that was repaired out of the cache. */
export interface VerificationDependencies {
  readonly db: Database;
  readonly forgetOrder?: ((orderId: string) => Promise<void>) | undefined;
}

/** Makes the use case; refusals are `Failure`s. */
export function createVerification(dependencies: VerificationDependencies) {
  const { db } = dependencies;
  return {
    /** Verifies one order or a page of them. */
    verify: async (request: VerificationRequest): Promise<VerificationPage> => {
      const { orderId, after = '', limit = DEFAULT_LIMIT, repair = false, actor } = request;
      demand(
        orderId === undefined ? [] : checkOrderId(orderId),
        after === '' ? [] : checkOrderId(after, 'after'),
        checkInteger('limit', limit, { rule: 'page', least: 1, most: MOST_ORDERS }),
      );
      const page = await readEvidence(db, { orderId, after, limit });
      if (orderId !== undefined && page.length === 0) throw orderNotFound(orderId);
      const findings: VerificationPage['findings'][number][] = [];
      for (const finding of page.map(examine).filter(isWrong)) {
        const isRepaired = repair && finding.fault === undefined && (await mend(dependencies, finding.orderId, actor));
        findings.push({ ...finding, isRepaired });
      }
      const isMore = orderId === undefined && page.length === limit;
      return { checked: page.length, findings, next: isMore ? page.at(-1)?.orderId : undefined };
    },
  };
}

/** Repairs one order as it stands now; answers whether its rows agree with its log afterwards. */
async function mend({ db, forgetOrder }: VerificationDependencies, orderId: string, actor: string): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const [evidence] = await readEvidence(db, { orderId, after: '', limit: 1 });
    const finding = evidence && examine(evidence);
    if (!finding || finding.fault !== undefined) return false;
    if (finding.differences.length === 0) return true;
    if (await repairOrder(db, { evidence, differences: finding.differences, actor })) {
      await forgetOrder?.(orderId);
      return true;
    }
  }
  return false;
}

function isWrong({ fault, differences }: OrderFinding): boolean {
  return fault !== undefined || differences.length > 0;
}
