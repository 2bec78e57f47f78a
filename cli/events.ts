/** `steadfast events follow`. */
import type { Command } from 'commander';
import { followStream } from './event-stream.ts';
import { paint, type Printer } from './printer.ts';
import type { OpenSession } from './session.ts';

interface Filters {
  readonly order?: string;
  readonly customer?: string;
  readonly type?: string[];
  readonly failures?: boolean;
  readonly after?: string;
}

/** What is read of an event. */
interface FollowedEvent {
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: { readonly customer_id: string; readonly view_status: string | null } & Record<string, unknown>;
}

/** Adds the command. */
export function addEvents(events: Command, open: OpenSession): void {
  events
    .command('follow')
    .description('show events as they happen, until you stop it; with --json one CloudEvent a line')
    .option('--order <id>', 'only of this order')
    .option('--customer <id>', 'only of orders of this customer')
    .option('--type <type>', 'only of this type, such as order.created.v1 or OrderCreated; may be repeated', collect)
    .option('--failures', 'only rejected stock, failed payments, denials and cancellations')
    .option('--after <id>', 'begin after the event with this id of the stream; 0-0 begins with the first one')
    .action(async ({ order, customer, type, failures, after }: Filters, command: Command) => {
      const { http, credentials, print } = open(command);
      // Whoever reads our output may have had enough: `… | head`.
      process.stdout.once('error', () => process.exit());
      const url = new URL(`${http}/api/events/stream`);
      if (order !== undefined) url.searchParams.set('order_id', order);
      if (customer !== undefined) url.searchParams.set('customer_id', customer);
      for (const name of type ?? []) url.searchParams.append('type', name);
      if (failures === true) url.searchParams.set('failures_only', 'true');
      await followStream({
        url,
        credentials,
        after,
        onMessage: (data) => {
          if (print.json) print.line(data);
          else tell(print, JSON.parse(data) as FollowedEvent);
        },
        onLost: (reason) => {
          console.error(`The connection is lost (${reason}); resuming.`);
        },
      });
    });
}

function tell(print: Printer, { type, subject, time, data }: FollowedEvent): void {
  const why = [data.failure_reason, data.reason, data.details].filter((word) => typeof word === 'string');
  const status = data.view_status === null ? '' : paint(data.view_status);
  print.line([time, type.padEnd(29), subject, data.customer_id, status, why.join(': ')].join('  ').trimEnd());
}

function collect(type: string, types: string[] = []): string[] {
  return [...types, type];
}
