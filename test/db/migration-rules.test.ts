import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import journal from '../../db/migrations/meta/_journal.json' with { type: 'json' };
import { ROOT } from '../docs/documents.ts';
import { findBreaches } from './migration-rules.ts';

/** Those of before the first release: no shop had the tables, so that there was nobody to wait or to break. */
const BEFORE_RELEASE = 8;
const RELEASED = ['0.2.0'];

const migrations = journal.entries
  .filter(({ idx }) => idx > BEFORE_RELEASE)
  .map(({ tag }) => ({ tag, text: readFileSync(join(ROOT, `db/migrations/${tag}.sql`), 'utf8') }));
const released = [
  ...readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').matchAll(/^## \[(\d+\.\d+\.\d+)\] – \d{4}-/gm),
].map(([, version = '']) => version);

describe('the migrations since the first release', () => {
  it.each(migrations)('$tag lets the release before it work on', ({ text }) => {
    expect(findBreaches(text, released)).toEqual([]);
  });
});

describe('a migration', () => {
  it.each([
    'ALTER TABLE "orders" DROP COLUMN "note";',
    'DROP TABLE "notes";',
    'ALTER TABLE "orders" RENAME COLUMN "note" TO "remark";',
    'ALTER TABLE "orders" RENAME TO "purchases";',
    'TRUNCATE orders;',
    'ALTER TABLE "orders" ALTER COLUMN "note" SET DATA TYPE integer;',
    'ALTER TABLE "orders" ALTER COLUMN "note" TYPE integer;',
    'ALTER TABLE "orders" ADD COLUMN "note" text NOT NULL;',
    'ALTER TABLE "orders" ADD COLUMN "twice" integer GENERATED ALWAYS AS (total * 2) STORED;',
    'ALTER TABLE "orders" ALTER COLUMN "note" SET NOT NULL;',
    `ALTER TABLE "orders" ADD CONSTRAINT "note_short" CHECK (note <> '; not valid');`,
    'ALTER TABLE "orders" ADD CONSTRAINT "once" UNIQUE ("note");',
    'CREATE INDEX "by_note" ON "orders" USING btree ("note");',
    'CREATE INDEX CONCURRENTLY "by_note" ON "orders" ("note");',
    'DROP INDEX "by_note";',
    `UPDATE orders SET note = '';`,
    'DELETE FROM orders WHERE note is null;',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "by_note" ON "orders" ("note");\nCREATE TABLE "notes" ("id" text);',
  ])('may not: %s', (statement) => {
    expect(findBreaches(statement, RELEASED)).not.toEqual([]);
  });

  it.each([
    'ALTER TABLE "orders" ADD COLUMN "note" text;',
    `ALTER TABLE "orders" ADD COLUMN "note" text DEFAULT 'not null' NOT NULL;`,
    'ALTER TABLE "orders" ADD CONSTRAINT "note_short" CHECK (length(note) < 9) NOT VALID;',
    'ALTER TABLE "orders" VALIDATE CONSTRAINT "note_short";',
    'ALTER TABLE "orders" ALTER COLUMN "note" DROP NOT NULL;',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "by_note" ON "orders" ("note");',
    'CREATE TABLE "notes" ("id" text NOT NULL);\n--> statement-breakpoint\nCREATE INDEX "notes_by_id" ON "notes" ("id");',
    '-- drop table orders\nCREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$ delete from orders $$;',
    '-- contract: not used since 0.2.0\nALTER TABLE "orders" DROP COLUMN "note";',
  ])('may: %s', (statement) => {
    expect(findBreaches(statement, RELEASED)).toEqual([]);
  });

  it('takes away only what a released version does without', () => {
    const text = '-- contract: not used since 0.3.0\nALTER TABLE "orders" DROP COLUMN "note";';
    expect(findBreaches(text, RELEASED)).toEqual([
      { rule: 'version 0.3.0 is not released', statement: 'not used since 0.3.0' },
    ]);
  });
});
