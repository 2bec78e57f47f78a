/** What a migration may do while the release before it goes on working with the database (docs/deploy.md). */

/** A statement that would break or block who works with the database. */
export interface Breach {
  readonly rule: string;
  readonly statement: string;
}

/** A statement that no transaction may hold, or that waits for one of the file's own tables. */
interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** On a table that the same migration makes, nobody works yet. */
  readonly onlyExisting?: boolean;
}

/** Expanding leaves all of this alone; only a contracting migration may do it. */
const DESTRUCTIVE: readonly Rule[] = [
  { name: 'drops what the release before may use', pattern: /\bdrop (table|column|view|type|schema|sequence)\b/ },
  { name: 'renames what the release before may use', pattern: /\brename\b/ },
  { name: 'empties a table', pattern: /\btruncate\b/ },
];

/** No migration does this. */
const BLOCKING: readonly Rule[] = [
  {
    name: 'changes the type of a column, which writes the table anew',
    pattern: /\balter (column )?\S+ (set data )?type\b/,
    onlyExisting: true,
  },
  {
    name: 'adds a column that must not be null and has no default, which the release before does not fill',
    pattern: /\badd (column )?(?!constraint)(?:(?!\bdefault\b|\bgenerated\b)[^,;])*\bnot null\b(?![^,;]*\bdefault\b)/,
    onlyExisting: true,
  },
  {
    name: 'adds a generated column, which writes the table anew',
    pattern: /\badd (column )?[^,;]*\bgenerated\b/,
    onlyExisting: true,
  },
  {
    name: 'demands a value of every row, which reads the whole table',
    pattern: /\bset not null\b/,
    onlyExisting: true,
  },
  {
    name: 'adds a constraint without NOT VALID, which reads the whole table',
    pattern: /\badd constraint\b(?![^;]*\b(not valid|using index)\b)/,
    onlyExisting: true,
  },
  {
    name: 'builds an index without CONCURRENTLY IF NOT EXISTS, which stops all writing',
    pattern: /\bcreate (unique )?index (?!concurrently if not exists)/,
    onlyExisting: true,
  },
  {
    name: 'drops an index without CONCURRENTLY, which waits for all readers',
    pattern: /\bdrop index (?!concurrently)/,
  },
  {
    name: 'changes every row at once, whose locks others wait for',
    pattern: /^\s*(update|delete from)\b/,
    onlyExisting: true,
  },
];

/** `-- contract: not used since 0.2.0`: the first release that does without what this migration takes away. */
const CONTRACT = /^-- contract: not used since (\d+\.\d+\.\d+)$/m;

/** What of a migration breaks the rules; `released` are the versions that users may run. */
export function findBreaches(migration: string, released: readonly string[]): Breach[] {
  const contractSince = CONTRACT.exec(migration)?.[1];
  const statements = migration.split('--> statement-breakpoint').flatMap(toStatements);
  const made = new Set(statements.flatMap((statement) => tableOf(statement, 'create table') ?? []));
  const breaches: Breach[] = [];
  if (contractSince !== undefined && !released.includes(contractSince))
    breaches.push({ rule: `version ${contractSince} is not released`, statement: `not used since ${contractSince}` });
  if (statements.some(isConcurrent) && !statements.every(isConcurrent)) {
    const [other = ''] = statements.filter((statement) => !isConcurrent(statement));
    breaches.push({ rule: 'stands beside CONCURRENTLY, which is not one transaction', statement: other });
  }
  const rules = contractSince === undefined ? [...DESTRUCTIVE, ...BLOCKING] : BLOCKING;
  for (const statement of statements) {
    const table = ['alter table', 'on', 'update', 'delete from'].flatMap((word) => tableOf(statement, word) ?? [])[0];
    for (const { name, pattern, onlyExisting } of rules)
      if (pattern.test(statement) && !(onlyExisting && table !== undefined && made.has(table)))
        breaches.push({ rule: name, statement });
  }
  return breaches;
}

function isConcurrent(statement: string): boolean {
  return /\bindex concurrently\b/.test(statement);
}

/** The statements without comments, texts and bodies of functions, in small letters and with single spaces. */
function toStatements(text: string): string[] {
  return text
    .replaceAll(/\$(\w*)\$[^]*?\$\1\$/g, "''")
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** The table that is named behind a word, without quotes and without a schema of its own. */
function tableOf(statement: string, word: string): string | undefined {
  const name = new RegExp(`\\b${word} (?:if (?:not )?exists )?(?:only )?([\\w".]+)`).exec(statement)?.[1];
  return name?.replaceAll('"', '').replace(/^public\./, '');
}
