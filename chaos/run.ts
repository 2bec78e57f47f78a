/** `npm run chaos`: a whole system, customers, faults, and a judge. Exits with 0 where nothing is found, else with 1. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit } from '../embedded/child.ts';
import { ArgumentError, readArguments, type RunArguments } from './arguments.ts';
import { beCustomer } from './customers/customer.ts';
import { createGrpcShop } from './customers/grpc-shop.ts';
import { planIntents } from './customers/intent.ts';
import { createRestShop } from './customers/rest-shop.ts';
import { inflictAll } from './faults/inflict.ts';
import { chooseHistories } from './histories.ts';
import type { Evidence } from './judge/evidence.ts';
import { judge } from './judge/judge.ts';
import { planFaults } from './plan/plan.ts';
import { describeCustomers, describeFaults, describeFindings, describeOrders } from './report.ts';
import { type ChaosSystem, startSystem } from './system/system.ts';
import { untilFollowed, untilListed, untilSettled, untilStreamed } from './waiting.ts';
import { openBooks } from './witnesses/books.ts';
import { followLive } from './witnesses/live-stream.ts';
import { readTopics } from './witnesses/topics.ts';
import { receiveWebhooks, type WebhookReceiver } from './witnesses/webhook-receiver.ts';
import { watchWorkflows } from './witnesses/workflows.ts';

/** How long orders may be open after the last fault. */
const PATIENCE_MS = 120_000;
/** How long those who follow the log may take after the last order was settled. */
const FOLLOW_MS = 120_000;
/** How long to wait for orders that have taken too long. */
const REST_MS = 600_000;
/** How long the list of Temporal may take after its workflows. */
const LIST_MS = 20_000;

/** Short delays, a provider that fails now and then, and webhooks that are tried again soon. */
const SETTINGS = {
  NODE_ENV: 'production',
  PAYMENT_DELAY: '2s',
  PREPARATION_DELAY: '2s',
  DELIVERY_DELAY: '3s',
  APPROVAL_TIMEOUT: '20s',
  PAYMENT_SUCCESS_RATE: '0.9',
  PAYMENT_THROW_RATE: '0.1',
  // All customers come from one address here.
  RATE_LIMIT: '0',
  WEBHOOK_ALLOW_PRIVATE: 'true',
  WEBHOOK_TIMEOUT: '3s',
  WEBHOOK_RETRIES: Array.from({ length: 30 }, () => '2s').join(','),
};

try {
  process.exitCode = await run(readArguments(process.argv.slice(2), () => randomInt(2 ** 32)));
} catch (error) {
  console.error(error instanceof ArgumentError ? error.message : error);
  process.exitCode = error instanceof ArgumentError ? 2 : 1;
}
process.exit();

/** Gives the exit code. */
async function run(options: RunArguments): Promise<number> {
  const { seed, orders, faults, minutes } = options;
  const first = performance.now();
  const say = (news: string) => {
    console.log(`${((performance.now() - first) / 1000).toFixed(1).padStart(7)} s  ${news}`);
  };
  say(`chaos: seed ${seed}, ${orders} orders, ${faults} faults, ${minutes} minutes`);
  const receiver = await receiveWebhooks();
  const system = await startSystem({ receiverPort: receiver.port, settings: SETTINGS, say });
  let isGood = false;
  const interrupt = () => void system.stop({ keep: false }).finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    isGood = await runOn(system, receiver, options, say);
    return isGood ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await system.stop({ keep: !isGood });
    receiver.close();
    if (!isGood) console.log(`\nData and logs: ${system.dataDir}`);
  }
}

/** Answers whether nothing was found. */
async function runOn(
  system: ChaosSystem,
  receiver: WebhookReceiver,
  { seed, orders, faults, minutes, isComplete, histories }: RunArguments,
  say: (news: string) => void,
): Promise<boolean> {
  for (const words of system.missing) say(`not on this machine: ${words}`);
  if (isComplete && system.missing.length > 0) return false;
  receiver.secret = await registerWebhook(system);
  const books = openBooks(system.direct.database);
  const stockBefore = await books.readStock();
  const durationMs = minutes * 60_000;
  const intents = planIntents({ seed, orders, durationMs });
  const plan = planFaults({ seed, faults, durationMs, possible: system.possible });
  const shops = { rest: createRestShop(system.http), grpc: createGrpcShop(system.grpc) };
  const closing = new AbortController();
  const follower = followLive(system.http);
  const began = performance.now();
  say('everything runs; orders come and faults begin');

  const shopping = Promise.all(
    intents.map((intent) =>
      beCustomer({ intent, shop: shops[intent.protocol], run: `chaos-${seed}`, began, closing: closing.signal }),
    ),
  );
  const faultsDone = await inflictAll(plan, { system, began, say });
  await sleep(Math.max(0, began + durationMs - performance.now()));
  const calm = performance.now();
  say('the last fault is over; waiting until all orders are settled');
  const openAtTheEnd = await untilSettled(books, PATIENCE_MS);
  const settledAfterMs = performance.now() - calm;
  say(openAtTheEnd.length === 0 ? 'all orders are settled' : `${openAtTheEnd.length} orders are still open`);
  // What came too late is a finding; the rest can be judged only once nothing moves any more.
  if (openAtTheEnd.length > 0) await untilSettled(books, REST_MS);
  closing.abort();
  const customers = await shopping;
  for (const shop of Object.values(shops)) shop.close();
  const behind = await untilFollowed(books, FOLLOW_MS);
  for (const words of behind) say(`behind: ${words}`);

  await untilStreamed(follower, await books.countEvents(), FOLLOW_MS);
  await follower.close();

  const workflows = await watchWorkflows(system.direct.temporal);
  const evidence: Evidence = {
    faults: faultsDone,
    customers,
    books: await books.readAll(),
    stockBefore,
    records: await readTopics(system.direct.kafka),
    webhooks: receiver.received,
    streamed: follower.told,
    workflows: await untilListed(workflows, LIST_MS),
    openAtTheEnd,
  };
  const findings = judge(evidence);
  if (histories !== undefined) {
    const chosen = chooseHistories(evidence);
    await workflows.exportHistories(chosen, histories);
    say(`${chosen.length} histories are in ${histories}`);
  }
  await workflows.close();
  await books.close();

  console.log(`\n${describeFaults(faultsDone)}`);
  console.log(`\n${describeCustomers(customers)}`);
  console.log(`\n${describeOrders(evidence, settledAfterMs)}`);
  for (const { name, exit } of system.ownEnds) console.log(`by itself: ${name} ${describeExit(exit)}`);
  console.log(`\n${describeFindings(findings)}`);
  console.log(`seed ${seed}`);
  return findings.length === 0;
}

async function registerWebhook(system: ChaosSystem): Promise<string> {
  const answer = await fetch(`${system.direct.http}/api/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: system.webhooks }),
  });
  const { secret } = (await answer.json()) as { secret?: string };
  if (secret === undefined) throw new Error(`the webhook was not registered: ${answer.status}`);
  return secret;
}
