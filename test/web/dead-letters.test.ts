/** Dead letters from their failure to replay or skip, in a real browser, with a real Kafka. */
import { expect, test } from 'vitest';
import { startTestKafka } from '../support/kafka.ts';
import { sayWhoActs } from './support/actor.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem(async () => {
  const { address } = await startTestKafka();
  return { KAFKA_BROKERS: address, ENABLE_TEST_ENDPOINTS: 'true' };
});
const browser = useBrowser();

/** Makes a dead letter and gives its id. */
const fail = async (type: string) => {
  const { event_id } = await call<{ event_id: string }>('POST', '/api/test/publish-event', {
    type,
    simulate_failure: true,
    payload: { note: `of ${type}` },
  });
  return event_id;
};
const statusOf = async (id: string) => (await call<{ status: string }>('GET', `/api/dlq/event/${id}`)).status;

test('a dead letter comes in live, is inspected and replayed, and the audit says by whom', async () => {
  const { page } = await browser.open(url('/dashboard/dead-letters'));
  await page.getByText('Nothing waits').waitFor();
  const id = await fail('test.replayed.v1');
  await page.getByRole('table', { name: 'Dead letters' }).getByRole('link', { name: 'test.replayed.v1' }).click();
  await page.getByRole('heading', { level: 1, name: 'test.replayed.v1' }).waitFor();
  await page.getByText('This failure was asked for.').waitFor();
  await page.getByRole('region', { name: 'Payload' }).getByText('"note": "of test.replayed.v1"').waitFor();
  await showInBothSchemes(page, 'dead-letter');

  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Replay this dead letter?' })
    .getByRole('button', { name: 'Replay now' })
    .click();
  await sayWhoActs(page, 'grace');
  await page
    .getByRole('table', { name: 'Audit' })
    .getByRole('row', { name: /grace.*Replay.*Replayed/ })
    .waitFor();
  expect(await statusOf(id)).toBe('REPLAYED');
  // Nothing can be done about it any more.
  expect(await page.getByRole('button', { name: 'Replay', exact: true }).count()).toBe(0);
});

test('skipping wants a reason, and keeps it', async () => {
  const id = await fail('test.skipped.v1');
  const { page, allow } = await browser.open(url(`/dashboard/dead-letters/${id}`));
  allow(/status of 400/);
  await page.getByRole('button', { name: 'Say who you are' }).click();
  await sayWhoActs(page, 'linus');
  await page.getByText('Acting as linus').waitFor();
  await page.getByRole('button', { name: 'Skip…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Skip this dead letter?' });
  await dialog.getByLabel('Reason').fill(' ');
  await dialog.getByRole('button', { name: 'Skip dead letter' }).click();
  await dialog.getByText('must be 1 to 500 printable characters').waitFor();
  await dialog.getByLabel('Reason').fill('only a trial');
  await dialog.getByRole('button', { name: 'Skip dead letter' }).click();
  await page.getByText(/by linus: only a trial/).waitFor();
  expect(await statusOf(id)).toBe('SKIPPED');

  await page.goto(url('/dashboard/dead-letters?view=audit&actor=linus'));
  await page
    .getByRole('table', { name: 'Audit' })
    .getByRole('row', { name: /linus.*Skip.*only a trial/ })
    .waitFor();
  await showInBothSchemes(page, 'dead-letters-audit');
});

test('many are replayed after a look at what that would do', async () => {
  const ids = await Promise.all(['test.many.v1', 'test.many.v1', 'test.many.v1'].map(fail));
  const { page } = await browser.open(url('/dashboard/dead-letters'));
  await page.getByText('Pending (3)').waitFor();
  await showInBothSchemes(page, 'dead-letters');
  await page.getByRole('button', { name: 'Replay many…' }).click();
  await sayWhoActs(page, 'ada');
  const dialog = page.getByRole('dialog', { name: 'Replay many dead letters' });
  await dialog.getByText('3 dead letters would be replayed. Nothing has been done yet.').waitFor();
  for (const id of ids) expect(await statusOf(id)).toBe('PENDING');
  await showInBothSchemes(page, 'dead-letters-dry-run');
  await dialog.getByRole('button', { name: 'Replay 3 dead letters' }).click();
  await dialog.getByText('Done: 3 of 3 replayed.').waitFor();
  for (const id of ids) expect(await statusOf(id)).toBe('REPLAYED');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('Nothing waits').waitFor();
  await page.getByText('Audit', { exact: true }).click();
  await page.getByRole('row', { name: /ada.*Replay of many.*Dry run/ }).waitFor();
});

test('a filter is in the address, and shows the same again', async () => {
  const id = await fail('test.filtered.v1');
  const { page } = await browser.open(url('/dashboard/dead-letters?source=INBOUND&topic=order.updated.v1'));
  await page.getByText('None match').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('link', { name: 'test.filtered.v1' }).waitFor();
  expect(page.url()).not.toContain('source');
  await page.getByRole('combobox', { name: 'Topic' }).click();
  await page.getByRole('option', { name: /order\.updated\.v1/ }).click();
  await page.waitForURL(/topic=order\.updated\.v1/);
  await page.reload();
  await page.getByRole('link', { name: 'test.filtered.v1' }).waitFor();
  // Dealt with elsewhere, it goes from the page.
  await call('PUT', `/api/dlq/skip/${id}`, { reason: 'done' });
  await page.getByRole('link', { name: 'test.filtered.v1' }).waitFor({ state: 'hidden' });
});

test('an id that is none says so', async () => {
  const { page, allow } = await browser.open(url('/dashboard/dead-letters'));
  allow(/status of 404/);
  await page.goto(url('/dashboard/dead-letters/nothing'));
  await page.getByRole('heading', { name: 'There is no such dead letter' }).waitFor();
});
