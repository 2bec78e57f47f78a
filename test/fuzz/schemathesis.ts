/** Schemathesis: requests made from the OpenAPI document, most of them wrong in one way, and chains of requests. */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDirectory } from '../../embedded/cache-directory.ts';

const VERSION = '4.32.5';

/** How to fuzz; `seed` makes it do the same again. */
export interface RestFuzz {
  /** URL of the server. */
  readonly http: string;
  /** What proves who calls. */
  readonly authorization: string;
  readonly minutes: number;
  readonly seed: number;
  /** Where the report goes. */
  readonly folder: string;
}

/** An answer that was had, and how long it took in milliseconds; `at` in milliseconds since the epoch. */
export interface TimedAnswer {
  readonly what: string;
  readonly status: number;
  readonly at: number;
  readonly tookMs: number;
}

/** Puts the pinned version into a virtual environment in the cache, once; answers its program. Throws what pip said. */
export async function installSchemathesis(): Promise<string> {
  const folder = join(cacheDirectory(process.env), `schemathesis-${VERSION}`);
  const program = join('bin', 'schemathesis');
  if (existsSync(join(folder, 'complete'))) return join(folder, program);
  console.log(`installing Schemathesis ${VERSION} with pip (once)`);
  const building = `${folder}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', building]);
    // By its Python: the scripts of an environment that is moved later name the old place.
    const python = join(building, 'bin', 'python');
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`]);
    writeFileSync(join(building, 'complete'), VERSION);
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    const message = `Schemathesis could not be installed: ${error instanceof Error ? error.message : String(error)}`;
    throw new Error(`${message}\nIt needs python3 with venv (Debian: python3-venv) and a package index.`, {
      cause: error,
    });
  }
  return join(folder, program);
}

/** Runs it to its end, showing what it says; answers whether it found nothing, and every answer that it had. */
export async function fuzzRest(program: string, { http, authorization, minutes, seed, folder }: RestFuzz) {
  const report = join(folder, 'schemathesis.ndjson');
  const document = join(folder, 'openapi.json');
  writeFileSync(document, JSON.stringify(await fuzzableDocument(http)));
  const code = await new Promise<number | null>((resolve, reject) => {
    const python = join(program, '..', 'python');
    const options = [
      ['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
      ['run', document],
      ['--url', http],
      ['--header', `Authorization: ${authorization}`],
      ['--checks', 'all'],
      ['--phases', 'examples,coverage,fuzzing,stateful'],
      ['--max-time', String(Math.round(minutes * 60))],
      ['--seed', String(seed)],
      // With several, Python 3.11 sometimes ends in an error of its own (python/cpython issue 106905).
      ['--workers', '1'],
      ['--request-timeout', '30'],
      ['--suppress-health-check', 'all'],
      ['--continue-on-failure', '--no-color'],
      ['--report', 'ndjson', '--report-ndjson-path', report],
    ].flat();
    const child = spawn(python, ['-m', 'schemathesis.cli', ...options], {
      // It leaves caches where it runs.
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject).once('close', resolve);
  });
  return { isClean: code === 0, answers: existsSync(report) ? await readAnswers(report) : [] };
}

/**
 * The document without streams, which never end, and with examples that lead to this machine only: nothing is sent to a
 * host that is not ours.
 */
async function fuzzableDocument(http: string): Promise<unknown> {
  const answer = await fetch(`${http}/openapi.json`);
  const text = (await answer.text()).replaceAll('https://example.com/', `${http}/nowhere/`);
  const document = JSON.parse(text) as { paths: Record<string, Record<string, object>> };
  const paths = Object.entries(document.paths).filter(
    ([, path]) => !JSON.stringify(path).includes('text/event-stream'),
  );
  return { ...document, paths: Object.fromEntries(paths) };
}

interface Interaction {
  readonly request?: { readonly method?: string; readonly uri?: string };
  readonly response?: { readonly status_code?: number; readonly elapsed?: number } | null;
  readonly timestamp?: number;
}

interface Line {
  readonly ScenarioFinished?: { readonly recorder?: { readonly interactions?: Record<string, Interaction> } };
}

/** Every exchange that the report knows. */
async function readAnswers(report: string): Promise<TimedAnswer[]> {
  const answers: TimedAnswer[] = [];
  for await (const line of createInterface({ input: createReadStream(report) })) {
    if (!line.includes('"interactions"')) continue;
    const { ScenarioFinished } = JSON.parse(line) as Line;
    for (const { request, response, timestamp } of Object.values(ScenarioFinished?.recorder?.interactions ?? {}))
      if (response)
        answers.push({
          what: `${request?.method} ${request?.uri?.slice(0, 200)}`,
          status: response.status_code ?? 0,
          at: (timestamp ?? 0) * 1000,
          tookMs: (response.elapsed ?? 0) * 1000,
        });
  }
  return answers;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`${command} ended with code ${code}: ${said.trim().split('\n').slice(-4).join(' | ')}`);
}
