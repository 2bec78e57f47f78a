/** Builds the dashboard where its sources have changed since the last time. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { waitForLock } from '../embedded/lock.ts';

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(import.meta.dirname, 'dist');
const STAMP = 'sources.sha256';
/** What the pages are made of; types and tests have no part in it. */
const SOURCES = ['web/**/*.{ts,tsx,css,html}', 'web/public/**', 'package-lock.json'];
const COMPRESSED = '**/*.{js,css,svg}';

/** Whom to tell, and how to give up waiting for another process that builds. */
export interface BuildOptions {
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Makes `web/dist` what the sources say. Of several processes one builds, the others wait; a server goes on reading meanwhile. */
export async function buildDashboard(options: BuildOptions = {}): Promise<void> {
  if (isFresh()) return;
  const lock = await waitForLock(join(ROOT, '.cache', 'dashboard.lock'), {
    ...options,
    doing: 'building the dashboard',
  });
  try {
    if (!isFresh()) await build();
  } finally {
    lock.release();
  }
}

function isFresh(): boolean {
  const stamp = join(BUILT, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digestSources();
}

function digestSources(): string {
  const digest = createHash('sha256');
  const exclude = ['web/dist/**', 'web/**/*.d.ts'];
  const files = globSync(SOURCES, { cwd: ROOT, exclude, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    digest.update(file.slice(ROOT.length)).update(readFileSync(file));
  return digest.digest('hex');
}

async function build(): Promise<void> {
  // Vite is needed only here: a deployed server has the pages and no Vite.
  const { build: bundle } = await import('vite');
  const stamp = digestSources();
  const aside = `${BUILT}.${process.pid}`;
  try {
    await asForProduction(() =>
      bundle({
        configFile: join(import.meta.dirname, 'vite.config.ts'),
        logLevel: 'warn',
        build: { outDir: aside, emptyOutDir: true },
      }),
    );
    await compress(aside);
    writeFileSync(join(aside, STAMP), stamp);
    mkdirSync(BUILT, { recursive: true });
    rmSync(`${aside}.old`, { recursive: true, force: true });
    renameSync(BUILT, `${aside}.old`);
    renameSync(aside, BUILT);
  } finally {
    for (const left of [aside, `${aside}.old`]) rmSync(left, { recursive: true, force: true });
  }
}

/** In the environment of a test run Vite would make the larger, slower pages for development. */
async function asForProduction(act: () => Promise<unknown>): Promise<void> {
  // eslint-disable-next-line no-restricted-properties -- Vite takes it from nowhere else.
  const { env } = process;
  const before = env.NODE_ENV;
  env.NODE_ENV = 'production';
  try {
    await act();
  } finally {
    if (before === undefined) delete env.NODE_ENV;
    else env.NODE_ENV = before;
  }
}

/** Compressed once here instead of at each request. */
async function compress(folder: string): Promise<void> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  for (const name of globSync(COMPRESSED, { cwd: folder })) {
    const file = join(folder, name);
    const content = await readFile(file);
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
    await writeFile(`${file}.gz`, await promisify(gzip)(content));
  }
}

// `node web/build.ts`, as the image and `npm run build` call it.
if (import.meta.main) await buildDashboard({ onProgress: (message) => void process.stderr.write(`${message}\n`) });
