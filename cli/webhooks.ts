/** `steadfast webhooks list|add|deliveries|show|retry|test|enable|disable|rotate-secret|remove`. */
import type { Command } from 'commander';
import { CommandFailure, exitCode } from './failure.ts';
import type { OpenSession } from './session.ts';
import {
  type Delivery,
  type DeliveryDetails,
  tellDeliveries,
  tellDelivery,
  tellTest,
  tellWebhook,
  tellWebhooks,
  type TestResult,
  type Webhook,
} from './webhook-answers.ts';

interface NewWebhook {
  readonly events?: string;
  readonly secret?: string;
}

const MOST_PER_PAGE = 500;

/** Adds the commands of webhooks. */
export function addWebhooks(webhooks: Command, open: OpenSession): void {
  addEndpointCommands(webhooks, open);
  addDeliveryCommands(webhooks, open);
}

function addEndpointCommands(webhooks: Command, open: OpenSession): void {
  webhooks
    .command('list')
    .description('list webhooks')
    .action(async (_options: unknown, command: Command) => {
      const { api, print } = open(command);
      const found: Webhook[] = [];
      let token = '';
      do {
        const query = { page_size: MOST_PER_PAGE, page_token: token === '' ? undefined : token };
        const page: { webhooks: Webhook[]; next_page_token: string } = await api('/api/webhooks', { query });
        found.push(...page.webhooks);
        token = page.next_page_token;
      } while (token !== '');
      print.answer({ webhooks: found }, () => {
        tellWebhooks(print, found);
      });
    });

  webhooks
    .command('add <url>')
    .description('register a URL; its secret is shown this once')
    .option('--events <types>', 'types such as order.created.v1 or OrderCreated, separated by commas; all where absent')
    .option('--secret <secret>', 'whsec_… or a plain text; made where absent')
    .action(async (url: string, { events, secret }: NewWebhook, command: Command) => {
      const { api, print } = open(command);
      const body = { url, event_types: events?.split(',').map((type) => type.trim()), secret };
      const webhook = await api<Webhook>('/api/webhooks', { method: 'POST', body });
      print.answer(webhook, () => {
        tellWebhook(print, webhook);
      });
    });

  const setStatus = (status: 'ACTIVE' | 'DISABLED') => async (id: string, _options: unknown, command: Command) => {
    const { api, print } = open(command);
    const webhook = await api<Webhook>(path(id), { method: 'PATCH', body: { status } });
    print.answer(webhook, () => {
      tellWebhook(print, webhook);
    });
  };
  webhooks.command('enable <id>').description('send events again, from now on').action(setStatus('ACTIVE'));
  webhooks.command('disable <id>').description('send nothing; what is pending waits').action(setStatus('DISABLED'));

  webhooks
    .command('rotate-secret <id>')
    .description('set a new secret; the old one goes on signing beside it for a day')
    .option('--secret <secret>', 'whsec_… or a plain text; made where absent')
    .action(async (id: string, { secret }: NewWebhook, command: Command) => {
      const { api, print } = open(command);
      const webhook = await api<Webhook>(`${path(id)}/rotate-secret`, { method: 'POST', body: { secret } });
      print.answer(webhook, () => {
        tellWebhook(print, webhook);
      });
    });

  webhooks
    .command('test <id>')
    .description('send a test event and show what is answered')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      const result = await api<TestResult>(`${path(id)}/test`, { method: 'POST' });
      print.answer(result, () => {
        tellTest(print, result);
      });
      if (!result.delivered) throw new CommandFailure(exitCode.refused, `Not delivered: ${result.error ?? 'unknown'}.`);
    });

  webhooks
    .command('remove <id>')
    .description('remove a webhook with its deliveries')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      await api(path(id), { method: 'DELETE' });
      print.answer({ removed: id }, () => {
        print.line(`Webhook ${id} is removed.`);
      });
    });
}

function addDeliveryCommands(webhooks: Command, open: OpenSession): void {
  webhooks
    .command('deliveries <id>')
    .description('list the newest deliveries of a webhook')
    .option('--status <status>', 'only PENDING, DELIVERED or FAILED')
    .option('--limit <number>', `at most so many, up to ${MOST_PER_PAGE}`, '20')
    .action(async (id: string, { status, limit }: { status?: string; limit: string }, command: Command) => {
      const { api, print } = open(command);
      const query = { status: status?.toUpperCase(), page_size: limit };
      const page = await api<{ deliveries: Delivery[] }>(`${path(id)}/deliveries`, { query });
      print.answer({ deliveries: page.deliveries }, () => {
        tellDeliveries(print, page.deliveries);
      });
    });

  webhooks
    .command('show <delivery-id>')
    .description('show a delivery with every attempt')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      const delivery = await api<DeliveryDetails>(deliveryPath(id));
      print.answer(delivery, () => {
        tellDelivery(print, delivery);
      });
    });

  webhooks
    .command('retry <delivery-id>')
    .description('send a delivery again at once, also one that was delivered')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { api, print } = open(command);
      const delivery = await api<Delivery>(`${deliveryPath(id)}/retry`, { method: 'POST' });
      print.answer(delivery, () => {
        tellDeliveries(print, [delivery]);
      });
    });
}

function path(id: string): string {
  return `/api/webhooks/${encodeURIComponent(id)}`;
}

function deliveryPath(id: string): string {
  return `/api/webhooks/deliveries/${encodeURIComponent(id)}`;
}
