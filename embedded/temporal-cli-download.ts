import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Milliseconds until the server answers, and between two pieces of the archive. */
const answerTimeout = 4_000;
const pieceTimeout = 15_000;

/** What to download and where to put the program. */
export interface Download {
  readonly archive: string;
  readonly cached: string;
  readonly verify: (path: string) => Promise<void>;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** The official archive of a release for this machine. */
export function downloadAddress(version: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return `https://temporal.download/cli/archive/v${version}?platform=${platform}&arch=${architecture}`;
}

/** Downloads the archive, unpacks the CLI to `cached` once it is seen to run, and gives that path. Throws why it fails. */
export async function downloadTemporalCli({ archive, cached, verify, ...rest }: Download): Promise<string> {
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(join(dirname(cached), 'download-'));
  try {
    const file = join(folder, 'archive.tar.gz');
    await fetchTo(file, archive, rest);
    await run('tar', ['-xzf', file, '-C', folder]);
    const program = join(folder, 'temporal');
    await verify(program);
    await rename(program, cached);
    return cached;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchTo(
  file: string,
  address: string,
  { onProgress, signal }: Pick<Download, 'onProgress' | 'signal'>,
): Promise<void> {
  onProgress?.('downloading the Temporal CLI');
  const stalled = new AbortController();
  let patience = setTimeout(() => stalled.abort(new Error('no answer')), answerTimeout);
  const expect = (what: string, timeout: number) => {
    clearTimeout(patience);
    patience = setTimeout(() => stalled.abort(new Error(what)), timeout);
  };
  try {
    const response = await fetch(address, { signal: AbortSignal.any([stalled.signal, ...(signal ? [signal] : [])]) });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    let received = 0;
    const body = Readable.fromWeb(response.body).on('data', (piece: Buffer) => {
      expect('the download stopped', pieceTimeout);
      received += piece.length;
      onProgress?.(
        `downloading the Temporal CLI, ${inMegabytes(received)} of ${total ? inMegabytes(total) : 'unknown'} MB`,
      );
    });
    await pipeline(body, createWriteStream(file));
  } catch (error) {
    throw explain(error, stalled.signal);
  } finally {
    clearTimeout(patience);
  }
}

/** `fetch` itself says only "fetch failed"; the reason is the cause. */
function explain(error: unknown, stalled: AbortSignal): unknown {
  if (stalled.aborted) return new Error(`${(stalled.reason as Error).message} in time`);
  return error instanceof Error && error.cause instanceof Error ? new Error(error.cause.message) : error;
}

function inMegabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0);
}
