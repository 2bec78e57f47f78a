/** How PostgreSQL finds what the slowest requests ask for: its own plans of the statements that the server sends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../db/client.ts';
import { logFile } from '../../embedded/log-files.ts';
import type { BenchmarkSystem } from '../system/system.ts';

const WRITTEN = 'docs/explain-plans.md';
const REQUESTS = 10;
/** What is written to the log a moment after the answer. */
const LOGGED_AFTER_MS = 300;

/** A statement as PostgreSQL ran it, and how many milliseconds that took. */
export interface QueryPlan {
  readonly milliseconds: number;
  /** The statement and, below it, EXPLAIN (ANALYZE, BUFFERS). */
  readonly words: string;
}

/**
 * Asks a second server of the system, for which PostgreSQL writes down each plan (auto_explain), for the first of these paths,
 * and writes the plan of the longest statement of each to `docs/explain-plans.md`.
 */
export async function writeSlowestPlans(
  system: BenchmarkSystem,
  paths: readonly { readonly path: string; readonly filled: string }[],
  say: (news: string) => void,
): Promise<void> {
  const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
  };
  for (const [name, value] of Object.entries(settings))
    await db.unsafe(`alter database ${new URL(system.databaseUrl).pathname.slice(1)} set ${name} = '${value}'`);
  const [version] = await db<{ server_version: string }[]>`show server_version`;
  await db.end({ timeout: 5 });
  await system.start('server', 2);

  const parts: string[] = [];
  for (const { path, filled } of paths.slice(0, REQUESTS)) {
    const plans = await plansOf(system, filled);
    const [longest] = plans.toSorted((one, other) => other.milliseconds - one.milliseconds);
    if (!longest) continue;
    parts.push(
      `## \`GET ${path}\`\n\n${plans.length} statements; the longest took ${longest.milliseconds.toFixed(1)} ms.`,
      `\`\`\`\n${longest.words}\n\`\`\``,
    );
  }
  const heading = [
    '# Plans of the slowest queries',
    `The ${REQUESTS} slowest requests of \`npm run bench -- stored-orders --explain\`, and how PostgreSQL ${version?.server_version} ` +
      'found what they ask for: the longest statement of each, with its time and the pages that it read. Measuring each step ' +
      'makes them take longer here than they do otherwise.',
  ];
  writeFileSync(join(import.meta.dirname, '../..', WRITTEN), `${[...heading, ...parts].join('\n\n')}\n`);
  say(`written: ${WRITTEN}`);
}

async function plansOf({ http, dataDir }: BenchmarkSystem, path: string): Promise<QueryPlan[]> {
  const log = logFile(dataDir, 'postgres');
  // Statements are prepared and known by then.
  await (await fetch(new URL(path, http))).text();
  await sleep(LOGGED_AFTER_MS);
  const before = readFileSync(log).length;
  await (await fetch(new URL(path, http))).text();
  await sleep(LOGGED_AFTER_MS);
  return readPlans(readFileSync(log).subarray(before).toString());
}

/** The plans in a log of PostgreSQL: lines of one begin with a tab. */
export function readPlans(log: string): QueryPlan[] {
  return log
    .split(/\n(?=\S)/)
    .map((entry) => /LOG: {2}duration: ([\d.]+) ms {2}plan:\n([\s\S]*)$/.exec(entry))
    .filter((match) => match !== null)
    .map(([, milliseconds, words = '']) => ({
      milliseconds: Number(milliseconds),
      words: words
        .split('\n')
        .map((line) => line.replace(/^\t/, '').trimEnd())
        .filter((line) => line !== '')
        .join('\n'),
    }));
}
