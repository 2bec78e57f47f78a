import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { signalProcess } from './process-identity.ts';

/** What to build and where to put the program. */
export interface Build {
  readonly version: string;
  readonly cached: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly verify: (path: string) => Promise<void>;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Builds the CLI from its Go module, puts it at `cached` once it is seen to run, and gives that path. Throws why it fails. */
export async function buildTemporalCli(build: Build): Promise<string> {
  const { version, cached, verify, onProgress } = build;
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(join(dirname(cached), 'build-'));
  try {
    onProgress?.('building the Temporal CLI with Go (once, 1 to 5 minutes)');
    await goInstall(`github.com/temporalio/cli/cmd/temporal@v${version}`, folder, build);
    const program = join(folder, 'temporal');
    await verify(program);
    await rename(program, cached);
    return cached;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function goInstall(module: string, folder: string, { environment, signal }: Build): Promise<void> {
  const child = spawn('go', ['install', '-ldflags=-s -w', module], {
    env: { ...environment, GOBIN: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  // Go starts compilers of its own; the whole group ends with it.
  const abort = () => child.pid !== undefined && signalProcess(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`go ended with code ${code}: ${said.trim().split('\n').slice(-4).join(' | ')}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('Go is not installed', { cause: error });
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
