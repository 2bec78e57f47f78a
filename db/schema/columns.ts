import { sql, type SQL } from 'drizzle-orm';
import { customType, numeric, timestamp } from 'drizzle-orm/pg-core';

/** A moment with milliseconds, as events and answers carry it. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' });

/** A 64-bit transaction id, which never wraps. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** The decimal in major units beside an amount in minor units; nothing computes with it. */
export const majorUnits = (name: string, minorColumn: string) =>
  numeric(name).generatedAlwaysAs((): SQL => sql.raw(`major_units(${minorColumn}, currency)`));

/** A check that a text column holds one of these words. */
export const oneOf = (column: string, words: readonly string[]): SQL =>
  sql.raw(`${column} in (${words.map((word) => `'${word}'`).join(', ')})`);
