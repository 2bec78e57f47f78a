import { spawn } from 'node:child_process';
import { signalProcess } from './process-identity.ts';

/** The module to build (`host/path@version`), and the folder that the program is put into. */
export interface GoInstall {
  readonly module: string;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Builds a program from its Go module, without symbols; throws with the last words of the compiler, or that Go is missing. */
export async function goInstall({ module, folder, environment, signal }: GoInstall): Promise<void> {
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
