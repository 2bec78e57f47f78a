import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock, LockHeldError, lockOwner } from '../../embedded/lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const lockModule = join(import.meta.dirname, '../../embedded/lock.ts');

/** Takes the lock in another process that then ends without giving it back. */
function abandonLock(file: string): void {
  const script = `import { acquireLock } from ${JSON.stringify(lockModule)}; acquireLock(${JSON.stringify(file)});`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
}

describe('a lock', () => {
  it('is refused, naming the holder, while its process runs', () => {
    const file = join(temporaryFolder(), 'main.lock');
    const lock = acquireLock(file);
    expect(lockOwner(file)).toBe(process.pid);
    expect(() => acquireLock(file)).toThrow(LockHeldError);
    expect(() => acquireLock(file)).toThrow(String(process.pid));
    lock.release();
  });

  it('can be taken again once it is released', () => {
    const file = join(temporaryFolder(), 'main.lock');
    acquireLock(file).release();
    expect(existsSync(file)).toBe(false);
    acquireLock(file).release();
  });

  it('is taken over from a process that is gone', () => {
    const file = join(temporaryFolder(), 'main.lock');
    abandonLock(file);
    expect(existsSync(file)).toBe(true);
    expect(lockOwner(file)).toBeUndefined();
    acquireLock(file);
    expect(lockOwner(file)).toBe(process.pid);
  });

  it('is taken over when another process has got the pid of its former holder', () => {
    const file = join(temporaryFolder(), 'main.lock');
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier boot' }));
    acquireLock(file);
    expect(lockOwner(file)).toBe(process.pid);
  });

  it('is taken over when its content is damaged', () => {
    const file = join(temporaryFolder(), 'main.lock');
    writeFileSync(file, '{"pid":');
    acquireLock(file);
    expect(lockOwner(file)).toBe(process.pid);
  });

  it('that was taken over is left alone by its former holder', () => {
    const file = join(temporaryFolder(), 'main.lock');
    const former = acquireLock(file);
    writeFileSync(file, 'of somebody else');
    former.release();
    expect(existsSync(file)).toBe(true);
  });
});
