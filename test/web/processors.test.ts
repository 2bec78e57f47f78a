/** What the operator sees of everybody who works on orders, in a real browser. */
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/until.ts';
import { sayWhoActs } from './support/actor.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { system, url, call } = useSystem({ ENABLE_TEST_ENDPOINTS: 'true' });
const browser = useBrowser();
const FROM_AWAY = /Failed to load resource|net::ERR_/;

test('everybody is shown with lag, throughput and leader, and what is not configured is not down', async () => {
  const { page } = await browser.open(url('/dashboard/processors'));
  const table = page.getByRole('table', { name: 'Processors' });
  for (const name of ['workflow-starter', 'projections', 'webhooks', 'alert-raiser', 'workflow-reviver'])
    await table.getByRole('row', { name }).getByText('Well').waitFor();
  await page.getByText('All is well').waitFor();
  const kafka = page.getByRole('group', { name: 'Kafka' });
  await kafka.getByText('Not configured').waitFor();
  await page.getByRole('group', { name: 'PostgreSQL' }).getByText('Up').waitFor();
  const workers = page.getByRole('table', { name: 'Workers on the task queue orders' });
  await workers
    .getByRole('row', { name: 'Steps of workflows' })
    .getByRole('cell', { name: '1', exact: true })
    .waitFor();

  await call('POST', '/api/orders', { customer_id: 'c-1', items: [{ product_id: 'SKU-1', quantity: 1 }] });
  // What is done is counted up without reloading.
  const starter = table.getByRole('row', { name: 'workflow-starter' });
  await starter.getByRole('cell', { name: '1', exact: true }).waitFor();
  await starter.getByRole('img', { name: /Throughput of workflow-starter over the last/ }).waitFor();
  await showInBothSchemes(page, 'processors');
});

test('a killed relay is missed and its successor shown, without reloading', async () => {
  const { page } = await browser.open(url('/dashboard/processors'));
  const leader = page.getByRole('row', { name: 'workflow-starter' }).getByRole('cell').last();
  await until('somebody leads', async () => !['', 'Nobody'].includes(await leader.innerText()));
  const before = await leader.innerText();
  system().kill('relay');
  await until('another one leads', async () => ![before, '', 'Nobody'].includes(await leader.innerText()), 30_000);
  await page.getByText('All is well').waitFor();
});

test('a killed worker is replaced, and a Temporal that does not answer shown as down until it does, without reloading', async () => {
  const { page, allow } = await browser.open(url('/dashboard/processors'));
  allow(FROM_AWAY);
  const { worker } = system().endpoints().pids;
  system().kill('worker');
  await until('another worker runs', () => ![worker, null].includes(system().endpoints().pids.worker));
  const workers = page.getByRole('table', { name: 'Workers on the task queue orders' });
  // The dead one is counted for a while: what Temporal knows is told, not more.
  await workers
    .getByRole('row', { name: 'Steps of workflows' })
    .getByRole('cell', { name: '2', exact: true })
    .waitFor();

  // Stopped for a while instead of killed: a restart is quicker than the eye.
  const { temporal } = system().endpoints().pids;
  if (temporal === null) throw new Error('Temporal is not ours');
  process.kill(temporal, 'SIGSTOP');
  onTestFinished(() => {
    process.kill(temporal, 'SIGCONT');
  });
  await page.getByRole('group', { name: 'Temporal' }).getByText('Down').waitFor();
  await page.getByText(/needs? attention/).waitFor();
  await page.getByText(/^Temporal is down/).waitFor();
  process.kill(temporal, 'SIGCONT');
  await page.getByRole('group', { name: 'Temporal' }).getByText('Up').waitFor({ timeout: 60_000 });
});

test('the payment simulator is set from the page, by somebody who says who they are, and goes back to its settings', async () => {
  const { page } = await browser.open(url('/dashboard/processors'));
  await page.getByText('By the settings').waitFor();
  await page.getByLabel('Charges that are captured').fill('12.5');
  await page.getByRole('button', { name: 'Set simulator' }).click();
  await sayWhoActs(page, 'ada');
  await page.getByText('Set by hand').waitFor();
  await page.getByText('by ada').waitFor();
  expect(await call('GET', '/api/test/payment-simulator')).toMatchObject({ success_rate: 0.125, changed_by: 'ada' });

  await page.getByRole('button', { name: 'Let the provider be away' }).click();
  await until('it is away', async () => {
    const { throw_rate } = await call<{ throw_rate: number }>('GET', '/api/test/payment-simulator');
    return throw_rate === 1;
  });
  await page.getByRole('button', { name: 'Back to the settings' }).click();
  await page.getByText('By the settings').waitFor();
  expect(await call('GET', '/api/test/payment-simulator')).toMatchObject({ source: 'settings', throw_rate: 0 });
});

test('the statistics are rebuilt after a question, and the outcome is told', async () => {
  const { page } = await browser.open(url('/dashboard/processors'));
  await page.getByRole('button', { name: 'Rebuild statistics' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rebuild the statistics?' });
  await dialog.getByRole('button', { name: 'Rebuild statistics' }).click();
  await page.getByText(/^Rebuilt: \d+ orders?, \d+ events? added up/).waitFor();
});
