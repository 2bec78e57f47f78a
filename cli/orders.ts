/** `steadfast orders create|get|list|history|watch`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CreateOrderResponse, GetOrderResponse, ListOrdersResponse, Order } from '../proto/gen/order/v1/order.ts';
import type { Api } from './api.ts';
import { tellOrder, tellOrders } from './order-answers.ts';
import type { OpenSession } from './session.ts';
import { watchOrder } from './watch.ts';

interface Line {
  readonly product_id: string;
  readonly quantity: number;
}

interface NewOrder {
  readonly customer: string;
  readonly item: Line[];
  readonly id?: string;
  readonly paymentMethod?: string;
  readonly total?: number;
  readonly idempotencyKey?: string;
}

interface History {
  readonly events: readonly {
    readonly version: number;
    readonly type: string;
    readonly previous_status?: string;
    readonly status: string;
    readonly reason?: string;
    readonly occurred_at: string;
  }[];
}

const MOST_PER_PAGE = 500;

/** Adds the commands that place and read orders. */
export function addOrders(orders: Command, open: OpenSession): void {
  orders
    .command('create')
    .description('place an order')
    .requiredOption('--customer <id>', 'who orders')
    .requiredOption('--item <product:quantity>', 'what is ordered, such as prod-001:2; may be repeated', collectLine)
    .option('--id <id>', 'an order id of your own, such as order-123; a repeat answers the first result')
    .option('--payment-method <method>', 'CREDIT_CARD, BANK_TRANSFER or DIGITAL_WALLET')
    .option('--total <amount>', 'what you expect to pay; another total is refused', readNumber)
    .option('--idempotency-key <key>', 'a repeat with the same key answers the first result')
    .action(async (options: NewOrder, command: Command) => {
      const { api, print } = open(command);
      const body = {
        customer_id: options.customer,
        items: options.item,
        order_id: options.id,
        payment_method: options.paymentMethod,
        total_amount: options.total,
      };
      const headers = options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey };
      const answer = await api<CreateOrderResponse>('/api/orders', { method: 'POST', body, headers });
      print.answer(answer, () => {
        tellOrder(print, answer);
        print.line(`Follow it with: steadfast orders watch ${answer.order_id}`);
      });
    });

  orders
    .command('get <id>')
    .description('show an order with its payment and its shipment')
    .option('--at <version|time>', 'as it stood at a version or a moment (ISO 8601)')
    .action(async (id: string, { at }: { at?: string }, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<GetOrderResponse>(path(id), { query: { at } });
      print.answer(answer, () => {
        tellOrder(print, answer);
      });
    });

  orders
    .command('list')
    .description('list orders, the newest first')
    .option('--status <status>', 'only these, separated by commas')
    .option('--customer <id>', 'only this customer')
    .option('--limit <number>', 'at most so many', readCount, 20)
    .action(async (options: { status?: string; customer?: string; limit: number }, command: Command) => {
      const { api, print } = open(command);
      const found = await listUpTo(options.limit, api, { status: options.status, customer_id: options.customer });
      print.answer({ orders: found }, () => {
        tellOrders(print, found);
      });
    });

  orders
    .command('history <id>')
    .description('show everything that happened to an order')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<History>(`${path(id)}/history`);
      print.answer(answer, () => {
        print.table(
          ['version', 'time', 'event', 'status', 'reason'],
          answer.events.map((event) => [event.version, event.occurred_at, event.type, event.status, event.reason]),
        );
      });
    });

  orders
    .command('watch <id>')
    .description('follow an order until it is delivered or cancelled; with --json one object a line')
    .action(async (id: string, _options: unknown, command: Command) => {
      await watchOrder(open(command), id);
    });
}

/** The path of an order. */
export function path(id: string): string {
  return `/api/orders/${encodeURIComponent(id)}`;
}

async function listUpTo(limit: number, api: Api, filter: Record<string, string | undefined>): Promise<Order[]> {
  const found: Order[] = [];
  let token = '';
  do {
    const query = {
      ...filter,
      page_size: Math.min(limit - found.length, MOST_PER_PAGE),
      page_token: token === '' ? undefined : token,
    };
    const page = await api<ListOrdersResponse>('/api/orders', { query });
    found.push(...page.orders);
    token = page.next_page_token;
  } while (token !== '' && found.length < limit);
  return found;
}

function collectLine(text: string, lines: Line[] = []): Line[] {
  const [, product, quantity] = /^(.+):([^:]+)$/.exec(text) ?? [];
  if (product === undefined || quantity === undefined) throw new InvalidArgumentError('Give product:quantity.');
  return [...lines, { product_id: product, quantity: readNumber(quantity) }];
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It is not a whole number from 1.');
  return count;
}
