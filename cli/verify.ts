/** `steadfast orders verify`. */
import type { Command } from 'commander';
import type { Api } from './api.ts';
import { CommandFailure, exitCode } from './failure.ts';
import type { OpenSession } from './session.ts';

interface Difference {
  readonly order_id: string;
  readonly field: string;
  readonly message: string;
  readonly repaired: boolean;
}

interface Page {
  readonly checked: number;
  readonly differences: readonly Difference[];
  readonly repaired: number;
  readonly next?: string;
}

interface Options {
  readonly order?: string;
  readonly repair?: boolean;
  readonly actor?: string;
}

const PAGE = 500;

/** Adds the command. */
export function addVerify(orders: Command, open: OpenSession): void {
  orders
    .command('verify')
    .description('hold the rows of orders against the log; exits with 1 where any differ and are not repaired')
    .option('--order <id>', 'only this order')
    .option('--repair', 'set rows that differ to what the log says; the stock is not touched')
    .option('--actor <name>', 'who repairs, for the audit')
    .action(async (options: Options, command: Command) => {
      const { api, print } = open(command);
      const { checked, differences, repaired } = await verifyAll(options, api);
      print.answer({ checked, differences, repaired }, () => {
        for (const { order_id, message, repaired: isRepaired } of differences)
          print.line(`${order_id}: ${message}${isRepaired ? ' (repaired)' : ''}`);
        print.line(
          `${count(checked, 'order')} checked, ${ordersIn(differences)} with differences, ${repaired} repaired`,
        );
      });
      const left = ordersIn(differences.filter((difference) => !difference.repaired));
      if (left === 0) return;
      const advice = options.repair
        ? 'See above why; a repair may be tried again.'
        : 'Set them to the log with --repair.';
      throw new CommandFailure(exitCode.refused, `${count(left, 'order')} with differences. ${advice}`);
    });
}

/** Goes through all pages, with a line on a terminal that says how far it is. */
async function verifyAll({ order, repair, actor }: Options, api: Api): Promise<Page> {
  const sum = { checked: 0, repaired: 0, differences: [] as Difference[] };
  for (let after: string | undefined; ;) {
    const page: Page = await api('/api/orders/verify', {
      method: 'POST',
      body: { order_id: order, after, limit: PAGE, repair },
      headers: actor === undefined ? {} : { 'x-actor': actor },
    });
    sum.checked += page.checked;
    sum.repaired += page.repaired;
    sum.differences.push(...page.differences);
    showProgress(`${sum.checked} orders checked, ${ordersIn(sum.differences)} with differences`);
    if (page.next === undefined) break;
    after = page.next;
  }
  showProgress('');
  return sum;
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function ordersIn(differences: readonly Difference[]): number {
  return new Set(differences.map(({ order_id }) => order_id)).size;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
