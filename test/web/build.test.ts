import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDashboard } from '../../web/build.ts';

const WEB = join(import.meta.dirname, '..', '..', 'web');
const page = join(WEB, 'dist', 'index.html');

it('a build of the same sources is not made again', async () => {
  await buildDashboard();
  const { mtimeMs } = statSync(page);
  await Promise.all([buildDashboard(), buildDashboard()]);
  expect(statSync(page).mtimeMs).toBe(mtimeMs);
});

it('everything that is text lies there compressed, and nothing of the making is left', () => {
  const files = readdirSync(join(WEB, 'dist'), { recursive: true, encoding: 'utf8' });
  const texts = files.filter((name) => /\.(js|css|svg)$/.test(name));
  expect(texts.length).toBeGreaterThan(10);
  for (const name of texts)
    for (const ending of ['br', 'gz']) expect(existsSync(join(WEB, 'dist', `${name}.${ending}`))).toBe(true);
  expect(readdirSync(WEB).filter((name) => name.startsWith('dist.'))).toEqual([]);
});
