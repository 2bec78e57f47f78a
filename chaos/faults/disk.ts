/** Small disks in memory that can be filled to the last byte. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { processIdentity } from '../../embedded/process-identity.ts';

/** A disk of a few hundred megabytes. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free until {@link SmallDisk.empty}. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  /** With `keep`, what was on it stays in the folder. */
  unmount(of: { keep: boolean }): void;
}

/** Mounts a disk at a folder, which is made; answers undefined where this user or machine may not mount. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, `${DEVICE}${process.pid}`, folder];
  if (spawnSync('mount', options, { stdio: 'ignore' }).status !== 0) return undefined;
  unmountLeftovers();
  chmodSync(folder, 0o755);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => writeUntilFull(ballast),
    empty: () => rm(ballast, { force: true }),
    unmount: ({ keep }) => {
      const aside = `${folder}.kept`;
      if (keep) spawnSync('cp', ['-a', folder, aside], { stdio: 'ignore' });
      spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
      if (!keep) return;
      rmSync(folder, { recursive: true, force: true });
      renameSync(aside, folder);
    },
  };
}

/** Names the run that a disk belongs to. */
const DEVICE = 'steadfast-chaos-';

/** A run that was killed has left its disks behind, which take memory. */
function unmountLeftovers(): void {
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [device = '', folder = ''] = line.split(' ');
    if (!device.startsWith(DEVICE) || processIdentity(Number(device.slice(DEVICE.length))) !== undefined) continue;
    spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
  }
}

/** Takes what is free at once, and then page by page what its users have given back meanwhile. */
async function writeUntilFull(file: string): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  spawnSync('fallocate', ['--length', String(bavail * bsize), file], { stdio: 'ignore' });
  const handle = await open(file, 'a');
  try {
    const page = Buffer.alloc(4096);
    while (await isWritten(handle.write(page)));
  } finally {
    await handle.close();
  }
}

async function isWritten(writing: Promise<{ bytesWritten: number }>): Promise<boolean> {
  try {
    return (await writing).bytesWritten > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
