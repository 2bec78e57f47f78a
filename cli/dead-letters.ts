/** `steadfast dlq list|show|replay|skip|reset|stats`. */
import { type Command, InvalidArgumentError } from 'commander';
import { DEAD_LETTER_STATUSES, type DeadLetterStatus, UNRESOLVED_STATUSES } from '../domain/dead-letter.ts';
import type { Api } from './api.ts';
import {
  type BulkReplay,
  type DeadLetter,
  tellBulkReplay,
  tellDeadLetter,
  tellDeadLetters,
  tellStats,
} from './dead-letter-answers.ts';
import { CommandFailure, exitCode } from './failure.ts';
import type { OpenSession } from './session.ts';

interface Filter {
  readonly status?: DeadLetterStatus;
  readonly topic?: string;
  readonly source?: string;
  readonly order?: string;
}

interface ReplayOptions extends Filter {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly actor?: string;
}

interface Page {
  readonly dead_letters: readonly DeadLetter[];
  readonly next_page_token: string;
}

const MOST_PER_PAGE = 500;
const MOST_AT_ONCE = 1000;

/** Adds the commands. */
export function addDeadLetters(dlq: Command, open: OpenSession): void {
  addReading(dlq, open);
  addActing(dlq, open);
}

function addReading(dlq: Command, open: OpenSession): void {
  dlq
    .command('stats')
    .description('count dead letters by status, source and topic')
    .action(async (_options: unknown, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<Parameters<typeof tellStats>[1]>('/api/dlq/stats');
      print.answer(answer, () => tellStats(print, answer));
    });

  dlq
    .command('list')
    .description('list dead letters, the longest waiting first')
    .option('--status <status>', `${DEAD_LETTER_STATUSES.join(', ')}; PENDING and FAILED where absent`, readStatus)
    .option('--topic <topic>', 'only of this topic')
    .option('--source <source>', 'only PUBLISHER or INBOUND')
    .option('--order <id>', 'only of this order')
    .option('--limit <number>', 'at most so many', readCount, 20)
    .action(async ({ limit, ...filter }: Filter & { limit: number }, command: Command) => {
      const { api, print } = open(command);
      const statuses = filter.status === undefined ? UNRESOLVED_STATUSES : [filter.status];
      const found: DeadLetter[] = [];
      for (const status of statuses) found.push(...(await listUpTo(limit - found.length, api, { ...filter, status })));
      print.answer({ dead_letters: found }, () => tellDeadLetters(print, found));
    });

  dlq
    .command('show <id>')
    .description('show a dead letter with what it carries and what was done about it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<DeadLetter>(`/api/dlq/event/${encodeURIComponent(id)}`);
      print.answer(answer, () => tellDeadLetter(print, answer));
    });
}

function addActing(dlq: Command, open: OpenSession): void {
  const acting = (name: string, description: string) =>
    dlq.command(name).description(description).option('--actor <name>', 'who does this, for the audit');

  acting('replay [id]', 'replay one dead letter, or with --all those that match')
    .option('--all', 'all that match the options below')
    .option('--status <status>', `only ${UNRESOLVED_STATUSES.join(' or ')}`, readUnresolved)
    .option('--topic <topic>', 'only of this topic')
    .option('--source <source>', 'only PUBLISHER or INBOUND')
    .option('--order <id>', 'only of this order')
    .option('--limit <number>', `at most so many, up to ${MOST_AT_ONCE} at a time`, readCount)
    .option('--dry-run', 'only say how many and which')
    .action(async (id: string | undefined, options: ReplayOptions, command: Command) => {
      checkReplay(id, options);
      const { api, print } = open(command);
      const headers = headersOf(options.actor);
      if (id !== undefined) {
        const answer = await api<DeadLetter>(`/api/dlq/replay/${encodeURIComponent(id)}`, { method: 'POST', headers });
        print.answer(answer, () => tellDeadLetter(print, answer));
        if (answer.status === 'FAILED') process.exitCode = exitCode.refused;
        return;
      }
      const { status, topic, source, order: order_id, dryRun: dry_run, limit } = options;
      const body = { filter: { status, topic, source, order_id }, dry_run, limit };
      const answer = await api<BulkReplay>('/api/dlq/replay', { method: 'POST', headers, body });
      print.answer(answer, () => tellBulkReplay(print, answer));
      if (answer.failed > 0) process.exitCode = exitCode.refused;
    });

  acting('skip <id>', 'give a dead letter up')
    .requiredOption('--reason <text>', 'why, for the audit')
    .action(async (id: string, { reason, actor }: { reason: string; actor?: string }, command: Command) => {
      const { api, print } = open(command);
      const path = `/api/dlq/skip/${encodeURIComponent(id)}`;
      const answer = await api<DeadLetter>(path, { method: 'PUT', headers: headersOf(actor), body: { reason } });
      print.answer(answer, () => tellDeadLetter(print, answer));
    });

  acting('reset <id>', 'take a dead letter whose replay failed back to PENDING').action(
    async (id: string, { actor }: { actor?: string }, command: Command) => {
      const { api, print } = open(command);
      const path = `/api/dlq/reset/${encodeURIComponent(id)}`;
      const answer = await api<DeadLetter>(path, { method: 'PUT', headers: headersOf(actor) });
      print.answer(answer, () => tellDeadLetter(print, answer));
    },
  );
}

/** One dead letter or all that match, never nothing and never both: an empty variable must not replay everything. */
function checkReplay(
  id: string | undefined,
  { all, dryRun, status, topic, source, order, limit }: ReplayOptions,
): void {
  if ((id === undefined) === (all !== true))
    throw new CommandFailure(exitCode.usage, 'Give either the id of a dead letter or --all.');
  const filters = { '--status': status, '--topic': topic, '--source': source, '--order': order, '--limit': limit };
  const given = Object.entries({ ...filters, '--dry-run': dryRun }).find(([, value]) => value !== undefined);
  if (id !== undefined && given) throw new CommandFailure(exitCode.usage, `${given[0]} goes with --all only.`);
}

async function listUpTo(limit: number, api: Api, filter: Filter & { status: DeadLetterStatus }): Promise<DeadLetter[]> {
  const { status, topic, source, order } = filter;
  const found: DeadLetter[] = [];
  for (let token = ''; found.length < limit;) {
    const query = {
      topic,
      source,
      order_id: order,
      page_size: Math.min(limit - found.length, MOST_PER_PAGE),
      page_token: token === '' ? undefined : token,
    };
    const page = await api<Page>(`/api/dlq/status/${status}`, { query });
    found.push(...page.dead_letters);
    token = page.next_page_token;
    if (token === '') break;
  }
  return found;
}

function headersOf(actor: string | undefined): Record<string, string> {
  return actor === undefined ? {} : { 'x-actor': actor };
}

function readStatus(text: string): DeadLetterStatus {
  const status = DEAD_LETTER_STATUSES.find((known) => known === text.toUpperCase());
  if (!status) throw new InvalidArgumentError(`It is not one of ${DEAD_LETTER_STATUSES.join(', ')}.`);
  return status;
}

function readUnresolved(text: string): DeadLetterStatus {
  const status = UNRESOLVED_STATUSES.find((known) => known === text.toUpperCase());
  if (!status) throw new InvalidArgumentError(`It is not one of ${UNRESOLVED_STATUSES.join(', ')}.`);
  return status;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It is not a whole number from 1.');
  return count;
}
