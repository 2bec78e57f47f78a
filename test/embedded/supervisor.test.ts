import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StartError } from '../../embedded/child.ts';
import { nodeProgram } from '../../embedded/node-program.ts';
import { processIdentity } from '../../embedded/process-identity.ts';
import { createSupervisor, type SupervisorOptions } from '../../embedded/supervisor.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ready = `process.send({ type: 'ready', port: 1 });`;
const stay = `setInterval(() => {}, 1000);`;

function setUp(options: SupervisorOptions = {}) {
  const dataDir = temporaryFolder();
  const supervisor = createSupervisor({ backoff: { first: 20, longest: 100 }, ...options });
  onTestFinished(() => supervisor.kill());
  const program = (name: string, script: string) => {
    const file = join(dataDir, `${name}.mjs`);
    writeFileSync(file, script);
    const environment = { PATH: process.env.PATH };
    return nodeProgram({ name, file, dataDir, environment, startTimeout: 10_000, stopTimeout: 2_000 });
  };
  return { dataDir, supervisor, program };
}

const isGone = (pid: number) => processIdentity(pid) === undefined;

describe('the supervisor', { timeout: 60_000 }, () => {
  it('gives what a child says when it is ready', async () => {
    const { supervisor, program } = setUp();
    const server = await supervisor.start(program('server', `${ready} ${stay}`));
    expect(server.ready).toMatchObject({ port: 1 });
    await supervisor.stop(['server']);
    expect(isGone(server.pid)).toBe(true);
  });

  it('starts a killed child again and tells its new pid', async () => {
    const pids: number[] = [];
    const { supervisor, program } = setUp({ onPid: (_name, pid) => pids.push(pid) });
    const { pid } = await supervisor.start(program('worker', `${ready} ${stay}`));
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(pids).toHaveLength(2), { timeout: 10_000 });
    expect(pids[1]).not.toBe(pid);
    await supervisor.stop(['worker']);
    expect(pids.every(isGone)).toBe(true);
  });

  it('keeps trying while a child crashes at every start, and gets it up in the end', async () => {
    const news: string[] = [];
    const { dataDir, supervisor, program } = setUp({ onNews: (_name, text) => news.push(text) });
    const starts = join(dataDir, 'starts');
    const script = `
      import { appendFileSync, readFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(starts)}, 'x');
      const count = readFileSync(${JSON.stringify(starts)}).length;
      if (count > 1 && count < 4) process.exit(7);
      ${ready}
      if (count === 1) process.exit(1);
      ${stay}`;
    await supervisor.start(program('relay', script));
    await vi.waitFor(() => expect(news.at(-1)).toMatch(/runs again/), { timeout: 10_000 });
    expect(readFileSync(starts, 'utf8')).toBe('xxxx');
    expect(news.filter((text) => text.includes('exit code 7'))).toHaveLength(2);
    await supervisor.stop(['relay']);
  });

  it('rejects the first start of a child that ends, with its exit code and what it said last', async () => {
    const { supervisor, program } = setUp();
    const attempt = supervisor.start(program('server', `console.error('HTTP_PORT: not a number'); process.exit(2);`));
    await expect(attempt).rejects.toThrow(StartError);
    await expect(attempt).rejects.toThrow(/ended with exit code 2[^]*HTTP_PORT: not a number/);
  });

  it('stops children one after the other in the order given', async () => {
    const { dataDir, supervisor, program } = setUp();
    const order = join(dataDir, 'order');
    const script = (name: string, delay: number) => `
      import { appendFileSync } from 'node:fs';
      process.on('SIGTERM', () => setTimeout(() => {
        appendFileSync(${JSON.stringify(order)}, '${name} ');
        process.exit(0);
      }, ${delay}));
      ${ready} ${stay}`;
    await supervisor.start(program('postgres', script('postgres', 0)));
    await supervisor.start(program('server', script('server', 300)));
    await supervisor.stop(['server', 'never-started', 'postgres']);
    expect(readFileSync(order, 'utf8')).toBe('server postgres ');
  });

  it('ends a child by force that does not stop in time', async () => {
    const { supervisor, program } = setUp();
    const { pid } = await supervisor.start(program('worker', `process.on('SIGTERM', () => {}); ${ready} ${stay}`));
    await supervisor.stop(['worker']);
    expect(isGone(pid)).toBe(true);
  });

  it('leaves no process behind when it is stopped while a child is starting', async () => {
    const { dataDir, supervisor, program } = setUp();
    const started = join(dataDir, 'pid');
    const script = `
      import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(started)}, String(process.pid));
      ${stay}`;
    const attempt = supervisor.start(program('server', script)).catch((error: unknown) => error);
    await vi.waitFor(() => expect(existsSync(started) && readFileSync(started, 'utf8')).toMatch(/\d/), {
      timeout: 10_000,
    });
    await supervisor.stop(['server']);
    expect(await attempt).toBeInstanceOf(Error);
    expect(isGone(Number(readFileSync(started, 'utf8')))).toBe(true);
    await expect(supervisor.start(program('late', `${ready} ${stay}`))).rejects.toThrow('being stopped');
  });

  it('ends a child that a killed parent left behind before it starts its own', async () => {
    const { supervisor, program } = setUp();
    const first = await program('server', `${ready} ${stay}`).start(new AbortController().signal);
    const second = await supervisor.start(program('server', `${ready} ${stay}`));
    expect(isGone(first.pid)).toBe(true);
    expect(isGone(second.pid)).toBe(false);
    await supervisor.stop(['server']);
  });
});
