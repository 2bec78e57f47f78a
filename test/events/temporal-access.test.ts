import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchAccess } from '../../events/temporal-access.ts';
import { keepSecret, redact } from '../../telemetry/redaction.ts';
import { until } from '../support/until.ts';

const silent = { info: () => undefined, error: () => undefined };

it('each key that its file ever held is kept secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-temporal-key-'));
  const file = join(folder, 'key');
  const write = (key: string) => {
    writeFileSync(`${file}.new`, `${key}\n`);
    renameSync(`${file}.new`, file);
  };
  keepSecret(['a-secret-of-the-settings']);
  write('the-first-key-of-all');
  const access = watchAccess({ apiKey: { file } }, silent);
  onTestFinished(() => {
    access.close();
    keepSecret([]);
    rmSync(folder, { recursive: true });
  });
  expect(redact('as the-first-key-of-all')).toBe('as [redacted]');
  write('the-second-key-of-all');
  await until('the second key is in use', () => access.apiKey() === 'the-second-key-of-all');
  expect(redact('a-secret-of-the-settings the-first-key-of-all the-second-key-of-all')).toBe(
    '[redacted] [redacted] [redacted]',
  );
});
