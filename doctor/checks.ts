/** All checks, in the order in which they run: what others build on comes first, and so is repaired first. */
import type { Check } from './check.ts';
import { clocks } from './checks/clocks.ts';
import { deadLetters } from './checks/dead-letters.ts';
import { followers } from './checks/followers.ts';
import { kafkaGroups } from './checks/kafka-groups.ts';
import { leases } from './checks/leases.ts';
import { overdue } from './checks/overdue.ts';
import { payments } from './checks/payments.ts';
import { retention } from './checks/retention.ts';
import { rows } from './checks/rows.ts';
import { schema } from './checks/schema.ts';
import { searchAttributes } from './checks/search-attributes.ts';
import { settledWorkflows } from './checks/settled-workflows.ts';
import { statistics } from './checks/statistics.ts';
import { stock } from './checks/stock.ts';
import { transactionIds } from './checks/transaction-ids.ts';
import { webhookDeliveries } from './checks/webhook-deliveries.ts';
import { workers } from './checks/workers.ts';
import { workflows } from './checks/workflows.ts';

export const CHECKS: readonly Check[] = [
  schema,
  transactionIds,
  clocks,
  searchAttributes,
  retention,
  workers,
  followers,
  leases,
  kafkaGroups,
  webhookDeliveries,
  rows,
  workflows,
  settledWorkflows,
  overdue,
  payments,
  stock,
  deadLetters,
  statistics,
];
