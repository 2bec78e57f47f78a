import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processIdentity } from '../../embedded/process-identity.ts';
import { type RedisOptions, type RunningRedis, startRedis } from '../../embedded/redis.ts';
import { startTestRedis } from '../support/redis.ts';

async function start(options: RedisOptions = {}): Promise<RunningRedis> {
  const server = await startRedis(options);
  onTestFinished(() => server.kill());
  return server;
}

/** Sends one command and gives the answer as it came. */
async function ask(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.write(`${command}\r\nQUIT\r\n`);
  return (await text(socket)).replace(/\+OK\r\n$/, '').trim();
}

const shared = await startTestRedis();

describe('Redis for tests', () => {
  it('answers, and leaves no process when it stops', async () => {
    const server = await start();
    expect(await ask(server.url, 'PING')).toBe('+PONG');
    await server.stop();
    expect(processIdentity(server.pid)).toBeUndefined();
  });

  it('starts again on the same port after it was killed, with nothing kept', async () => {
    const first = await start();
    await ask(first.url, 'SET order-1 PAID');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start({ port: first.port });
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'GET order-1')).toBe('$-1');
    await second.stop();
  });

  it('says why it does not start when its port is taken', async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toThrow(/ended with exit code 1[^]*Address already in use/);
    expect(await ask(first.url, 'PING')).toBe('+PONG');
  });

  it('is not started when that is given up', async () => {
    await expect(start({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
  });

  it('of a test file can be killed and started again at its address', async () => {
    await shared.kill();
    await expect(ask(shared.url, 'PING')).rejects.toThrow('ECONNREFUSED');
    await shared.restart();
    expect(await ask(shared.url, 'PING')).toBe('+PONG');
  });
});
