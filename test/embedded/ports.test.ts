import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { choosePort } from '../../embedded/choose-port.ts';
import { PortTakenError, reservePort } from '../../embedded/ports.ts';
import { readConfig } from '../../config.ts';

async function takenPort(): Promise<number> {
  const server = createServer().listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(async () => {
    await once(server.close(), 'close');
  });
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const reserved = await reservePort({ setting: 'HTTP_PORT', wanted: 0 });
  reserved.release();
  return reserved.port;
}

describe('a port', () => {
  it('that is set and free is used', async () => {
    const wanted = await freePort();
    const reserved = await reservePort({ setting: 'HTTP_PORT', wanted });
    expect(reserved.port).toBe(wanted);
    reserved.release();
  });

  it('that is set and taken is an error that names the setting and what to do', async () => {
    const wanted = await takenPort();
    const attempt = reservePort({ setting: 'HTTP_PORT', wanted });
    await expect(attempt).rejects.toThrow(PortTakenError);
    await expect(attempt).rejects.toThrow(new RegExp(`HTTP_PORT=${wanted}.*set HTTP_PORT to another port`));
  });

  it('that is not set gives way to a free one when the usual one is taken', async () => {
    const preferred = await takenPort();
    const reserved = await reservePort({ setting: 'HTTP_PORT', preferred });
    expect(reserved.port).not.toBe(preferred);
    reserved.release();
  });

  it('0 means a free one even when the usual one is free', async () => {
    const preferred = await freePort();
    const reserved = await reservePort({ setting: 'HTTP_PORT', wanted: 0, preferred });
    expect(reserved.port).not.toBe(preferred);
    reserved.release();
  });

  it('that is reserved is not chosen a second time until it is released', async () => {
    const preferred = await freePort();
    const first = await reservePort({ setting: 'HTTP_PORT', preferred });
    const second = await reservePort({ setting: 'HTTP_PORT', preferred });
    expect(first.port).toBe(preferred);
    expect(second.port).not.toBe(preferred);
    first.release();
    second.release();
    const third = await reservePort({ setting: 'HTTP_PORT', preferred });
    expect(third.port).toBe(preferred);
    third.release();
  });

  it('on an address that this machine does not have is not called taken', async () => {
    await expect(reservePort({ setting: 'HTTP_PORT', wanted: 0, host: '192.0.2.1' })).rejects.toThrow('EADDRNOTAVAIL');
  });
});

describe('choosing the port of a part', () => {
  it('distinguishes a default from the same number being set', async () => {
    const taken = await takenPort();
    const config = readConfig({ HTTP_PORT: String(taken) });
    await expect(choosePort('HTTP_PORT', { config, isSet: () => true })).rejects.toThrow(PortTakenError);
    expect(await choosePort('HTTP_PORT', { config, isSet: () => false })).not.toBe(taken);
  });
});
