import { sql } from 'drizzle-orm';
import { check, customType, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { ROLES } from '../../domain/access.ts';
import { moment, oneOf } from './columns.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Sessions that somebody signed out of, until they would have ended by themselves. */
export const endedSessions = pgTable(
  'ended_sessions',
  {
    /** The id in the cookie. */
    jti: uuid('jti').primaryKey(),
    until: moment('until').notNull(),
  },
  (table) => [index('ended_sessions_until').on(table.until)],
);

/** Keys by which programs and people are known; revoked and expired ones are kept, because the audit names them. */
export const apiKeys = pgTable(
  'api_keys',
  {
    /** The part of the key that is no secret. */
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    /** Whose orders the key shows, where its role is customer. */
    customerId: text('customer_id'),
    /** SHA-256 of the whole key; the key itself is nowhere. */
    hash: bytes('hash').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    /** Null: never. */
    expiresAt: moment('expires_at'),
    /** At most a minute old. */
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    check('api_keys_id_shape', sql.raw(`id ~ '^[0-9a-f]{16}$'`)),
    check('api_keys_role_known', oneOf('role', ROLES)),
    check('api_keys_customer', sql.raw(`(role = 'customer') = (customer_id is not null)`)),
    check('api_keys_hash_length', sql.raw('octet_length(hash) = 32')),
    index('api_keys_newest').on(table.createdAt, table.id),
  ],
);
