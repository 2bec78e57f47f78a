import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../embedded/cache-directory.ts';
import { goInstall } from '../../embedded/go-install.ts';
import { waitForLock } from '../../embedded/lock.ts';

const VERSION = '2.5.0';
const MODULE = `github.com/Shopify/toxiproxy/v2/cmd/server@v${VERSION}`;

/** Path of Toxiproxy's server: the cached one, else built with Go, once where several processes ask. Throws why there is none. */
export async function findToxiproxy(of: {
  environment: NodeJS.ProcessEnv;
  onProgress: (message: string) => void;
}): Promise<string> {
  const cached = join(cacheDirectory(of.environment), `toxiproxy-${VERSION}`, 'toxiproxy-server');
  if (existsSync(cached)) return cached;
  const lock = await waitForLock(`${dirname(cached)}.lock`, { ...of, doing: 'building Toxiproxy' });
  try {
    if (existsSync(cached)) return cached;
    of.onProgress('building Toxiproxy with Go (once, 10 to 60 s)');
    rmSync(dirname(cached), { recursive: true, force: true });
    await mkdir(dirname(cached), { recursive: true });
    const folder = await mkdtemp(join(dirname(cached), 'build-'));
    await goInstall({ module: MODULE, folder, environment: of.environment });
    await rename(join(folder, 'server'), cached);
    await rm(folder, { recursive: true });
    return cached;
  } finally {
    lock.release();
  }
}
