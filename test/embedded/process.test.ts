import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const processModule = join(import.meta.dirname, '../../process.ts');

/** Runs a process whose `start` is this JavaScript, as a child with IPC. */
function runScript(start: string, settings: Record<string, string> = {}) {
  const file = join(temporaryFolder(), 'server.ts');
  writeFileSync(
    file,
    `import { runProcess } from ${JSON.stringify(processModule)}; await runProcess('server', ${start});`,
  );
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, SHUTDOWN_GRACE: '5s', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, output: textOf(child.stdout), complaint: textOf(child.stderr) };
}

async function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream);
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  const ended: unknown[] = await once(child, 'exit');
  return ended[0];
}

const stay = `const timer = setInterval(() => {}, 1000);`;

describe('a process', { timeout: 30_000 }, () => {
  it('tells its parent that it is ready, and closes and exits with 0 on SIGTERM', async () => {
    const { child, output } = runScript(
      `async ({ logger }) => { ${stay} return { ready: { grpc: '127.0.0.1:1' }, close: async () => logger.info('closed') } }`,
    );
    expect((await once(child, 'message'))[0]).toEqual({ type: 'ready', grpc: '127.0.0.1:1' });
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
    expect(await output).toContain('"process":"server","msg":"closed"');
  });

  it('closes when its parent is gone', async () => {
    const { child } = runScript(`async () => { ${stay} return { close: async () => undefined } }`);
    await once(child, 'message');
    child.disconnect();
    expect(await exitCode(child)).toBe(0);
  });

  it('exits with 2 and names the setting that cannot be used', async () => {
    const { child, complaint } = runScript('async () => ({ close: async () => undefined })', { PAYMENT_DELAY: 'soon' });
    expect(await exitCode(child)).toBe(2);
    expect(await complaint).toContain('PAYMENT_DELAY');
  });

  it('exits with 1 when it does not close in time', async () => {
    const { child, output } = runScript(`async () => { ${stay} return { close: () => new Promise(() => {}) } }`, {
      SHUTDOWN_GRACE: '100ms',
    });
    await once(child, 'message');
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(1);
    expect(await output).toContain('did not stop in time');
  });

  it('waits for what is under way, unless somebody asks a second time', async () => {
    const { child, output } = runScript(
      `async () => { ${stay} return { close: (hurry) => {
        console.error('closing');
        return new Promise((done) => hurry.addEventListener('abort', done));
      } } }`,
      { SHUTDOWN_GRACE: '20s' },
    );
    await once(child, 'message');
    const isClosing = once(child.stderr!, 'data');
    child.kill('SIGTERM');
    // A second signal before the first was seen would be the same one.
    await isClosing;
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
    expect(await output).toContain('has stopped');
  });

  it('that is asked to stop before it could start exits with 0', async () => {
    const { child } = runScript(
      `({ logger }) => { ${stay} logger.info('starting'); return new Promise((_, fail) => process.on('SIGTERM', fail)) }`,
    );
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
  });

  it.each([
    ['an uncaught exception', `setTimeout(() => { throw new Error('boom') })`],
    ['an unhandled rejection', `setTimeout(() => { void Promise.reject(new Error('boom')) })`],
    ['a failing start', `throw new Error('boom')`],
  ])('logs %s and exits with 1, so that it is started again', async (_what, script) => {
    const { child, output } = runScript(`async () => { ${stay} ${script}; return { close: async () => undefined } }`);
    expect(await exitCode(child)).toBe(1);
    expect(await output).toMatch(/"level":60.*boom/);
  });
});
