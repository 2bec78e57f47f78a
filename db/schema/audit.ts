import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** What people did: append-only. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    /** Who. */
    actor: text('actor').notNull(),
    /** What, such as `dead-letter.replay`. */
    action: text('action').notNull(),
    /** To what: an id. */
    subject: text('subject').notNull(),
    /** How it ended. */
    result: text('result').notNull(),
    detail: jsonb('detail').notNull().default({}),
  },
  (table) => [
    index('audit_log_by_subject').on(table.subject, table.id),
    index('audit_log_by_actor').on(table.actor, table.id),
    index('audit_log_by_action').on(table.action, table.id),
  ],
);
