/** The query of lists of orders as REST writes it. */
import { z } from 'zod';
import { SORT_FIELDS } from '../../db/order-list.ts';
import { APPROVALS } from '../../domain/approval.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import type { FilterMessage } from '../order-filter.ts';

const words = z.union([z.string(), z.array(z.string())]).optional();
const severally = 'repeated or separated by commas, in any letter case';
const total = z.coerce.string().optional().meta({ type: 'number', minimum: 0 });

/** The fields that say which orders; those that are given must all match. */
export const filterFields = {
  status: words.describe(`Only these statuses: ${severally}`),
  customer_id: z.string().optional().describe('Only orders of this customer'),
  search: z
    .string()
    .optional()
    .describe('Orders whose id begins so, in these letter cases, and those of the customer whose whole id is this'),
  failure_reason: words.describe(
    `Only orders cancelled for these reasons (${FAILURE_REASONS.join(', ')}): ${severally}`,
  ),
  approval: words.describe(`Only orders with these approvals (${APPROVALS.join(', ')}): ${severally}`),
  min_total: total.describe('Total at or above, in major units of each order’s own currency'),
  max_total: total.describe('Total at or below, in major units of each order’s own currency'),
  created_from: z.string().optional().describe('Created at or after, ISO 8601'),
  created_to: z.string().optional().describe('Created before, ISO 8601'),
};

/** What the list is sorted by. */
export const sortField = z
  .string()
  .optional()
  .meta({ enum: SORT_FIELDS.flatMap((field) => [field, `-${field}`]), default: '-created_at' })
  .describe(
    '`-`: the highest first. Orders that are equal go by their ids; totals in major units, whatever the currency',
  );

/** Which orders, in the words of the contract. */
export function readFilterFields({
  status,
  failure_reason,
  approval,
  ...rest
}: z.output<z.ZodObject<typeof filterFields>>): FilterMessage {
  return {
    ...rest,
    statuses: severalWords(status),
    failure_reasons: severalWords(failure_reason),
    approvals: severalWords(approval),
  };
}

function severalWords(given: string | string[] | undefined): string[] {
  return [given ?? []].flat().flatMap((text) => text.split(','));
}
