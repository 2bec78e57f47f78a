import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trackingSecret } from '../../embedded/tracking-secret.ts';
import { temporaryFolder } from './temporary-folder.ts';

it('the secret of a data directory is made once, kept, long, and readable for this user alone', () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()];
  const secret = trackingSecret(one);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(trackingSecret(one)).toBe(secret);
  expect(trackingSecret(other)).not.toBe(secret);
  expect(statSync(join(one, 'tracking-secret')).mode & 0o777).toBe(0o600);
});

it('one that somebody has put there is taken', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tracking-secret'), 'chosen by hand, 32 characters and more\n');
  expect(trackingSecret(folder)).toBe('chosen by hand, 32 characters and more');
});
