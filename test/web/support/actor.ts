import type { Page } from 'playwright-core';

/** Answers the question who acts, which comes once. */
export async function sayWhoActs(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Who are you?' });
  await dialog.getByLabel('Your name').fill(name);
  await dialog.getByRole('button', { name: 'Use this name' }).click();
  await dialog.waitFor({ state: 'hidden' });
}
