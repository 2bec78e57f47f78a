/** `steadfast alerts`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from './api.ts';
import type { OpenSession } from './session.ts';

interface Alert {
  readonly order_id: string;
  readonly customer_id: string;
  readonly reason: string;
  readonly since: string;
  readonly details: string;
  readonly raised_at?: string;
}

interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly counts: Readonly<Record<string, number>>;
  readonly next_page_token: string;
}

interface Filter {
  readonly reason?: string;
  readonly customer?: string;
  readonly limit: number;
}

const MOST_PER_PAGE = 500;

/** Adds the command. */
export function addAlerts(program: Command, open: OpenSession): void {
  program
    .command('alerts')
    .description('list open orders that need somebody: stuck, waiting for approval, changed too often')
    .option(
      '--reason <reason>',
      'only these, separated by commas: STUCK, PAYMENT_STUCK, AWAITING_APPROVAL, PROBLEMATIC',
    )
    .option('--customer <id>', 'only this customer')
    .option('--limit <number>', 'at most so many', readCount, 20)
    .action(async (filter: Filter, command: Command) => {
      const { api, print } = open(command);
      const { alerts, counts } = await listUpTo(filter, api);
      print.answer({ alerts, counts }, () => {
        print.table(
          ['order', 'customer', 'reason', 'since', 'details', 'told'],
          alerts.map((alert) => [
            alert.order_id,
            alert.customer_id,
            alert.reason,
            alert.since,
            alert.details,
            alert.raised_at,
          ]),
        );
        print.line(
          Object.entries(counts)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(', '),
        );
      });
    });
}

async function listUpTo({ reason, customer, limit }: Filter, api: Api): Promise<Omit<AlertPage, 'next_page_token'>> {
  const alerts: Alert[] = [];
  for (let token = ''; ;) {
    const page: AlertPage = await api('/api/alerts', {
      query: {
        reason,
        customer_id: customer,
        page_size: Math.min(limit - alerts.length, MOST_PER_PAGE),
        page_token: token === '' ? undefined : token,
      },
    });
    alerts.push(...page.alerts);
    token = page.next_page_token;
    if (token === '' || alerts.length >= limit) return { alerts, counts: page.counts };
  }
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It is not a whole number from 1.');
  return count;
}
