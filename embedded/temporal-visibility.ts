import { DatabaseSync } from 'node:sqlite';

/** What the Web UI lists and filters by; `by_keyword_01` and `02` are the search attributes of orders. */
const USED = [
  'default_idx',
  'by_workflow_id',
  'by_workflow_type',
  'by_status',
  'by_temporal_namespace_division',
  'by_keyword_01',
  'by_keyword_02',
];

/**
 * Drops those indexes of the embedded server's list of workflows that nobody asks for here, while it runs. Each start, change
 * of status and end of an order would be entered into 45 of them, which costs a fifth of what an order costs
 * (docs/decisions/0023-less-work-for-the-embedded-temporal-server.md). Filtering by anything else still works, by reading
 * the list through. Where the file is locked for more than two seconds they stay until the next start.
 */
export function dropUnusedIndexes(file: string): void {
  try {
    using database = new DatabaseSync(file, { timeout: 2000 });
    const indexes = database
      .prepare(
        "select name from sqlite_master where type = 'index' and tbl_name = 'executions_visibility' and sql is not null",
      )
      .all();
    const unused = indexes.map(({ name }) => String(name)).filter((name) => !USED.includes(name));
    if (unused.length > 0) database.exec(`begin; ${unused.map((name) => `drop index "${name}";`).join(' ')} commit`);
  } catch {
    // They only cost time.
  }
}
