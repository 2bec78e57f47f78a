import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { goInstall } from './go-install.ts';

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
  const { version, cached, environment, verify, onProgress, signal } = build;
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(join(dirname(cached), 'build-'));
  try {
    onProgress?.('building the Temporal CLI with Go (once, 1 to 5 minutes)');
    await goInstall({ module: `github.com/temporalio/cli/cmd/temporal@v${version}`, folder, environment, signal });
    const program = join(folder, 'temporal');
    await verify(program);
    await rename(program, cached);
    return cached;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
