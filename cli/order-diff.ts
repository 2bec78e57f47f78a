/** `steadfast orders diff`. */
import type { Command } from 'commander';
import { path } from './orders.ts';
import type { OpenSession } from './session.ts';

interface Comparison {
  readonly from: { readonly version: number; readonly time?: string };
  readonly to: { readonly version: number; readonly time: string };
  readonly differences: readonly { readonly field: string; readonly before?: unknown; readonly after?: unknown }[];
  readonly events: readonly {
    readonly version: number;
    readonly type: string;
    readonly occurred_at: string;
    readonly reason?: string;
  }[];
}

/** Adds the command. */
export function addOrderDiff(orders: Command, open: OpenSession): void {
  orders
    .command('diff <id>')
    .description('show what changed between two versions of an order, and the events that changed it')
    .option('--from <version|time>', 'a version or a moment (ISO 8601); else the version before --to')
    .option('--to <version|time>', 'a version or a moment (ISO 8601); else now')
    .action(async (id: string, { from, to }: { from?: string; to?: string }, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<Comparison>(`${path(id)}/differences`, { query: { from, to } });
      print.answer(answer, () => {
        print.line(`version ${answer.from.version} to ${answer.to.version}`);
        print.table(
          ['version', 'time', 'event', 'reason'],
          answer.events.map((event) => [event.version, event.occurred_at, event.type, event.reason]),
        );
        print.table(
          ['field', 'before', 'after'],
          answer.differences.map(({ field, before, after }) => [field, tell(before), tell(after)]),
        );
      });
    });
}

function tell(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
