import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished, expect, it } from 'vitest';
import { boundConnections, type ConnectionBounds } from '../../../api/limits/connections.ts';
import { until } from '../../support/until.ts';

const BOUNDS: ConnectionBounds = { most: 100, mostPerAddress: 2, exceptFrom: [] };

/** A server that counts the connections that its protocol is given, and a way to connect to it from an address. */
async function listen(bounds: Partial<ConnectionBounds>) {
  const given: string[] = [];
  const server = createServer((socket) => {
    given.push(socket.remoteAddress ?? '');
    socket.resume().on('error', () => undefined);
  });
  boundConnections(server, { ...BOUNDS, ...bounds });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = (localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket.resume();
  };
  onTestFinished(() => void server.close());
  return { given, open };
}

it('connections of one address beyond its bound are closed, and those of others are not', async () => {
  const { given, open } = await listen({});
  const own = [1, 2, 3].map(() => open('127.0.0.2'));
  await until('one is closed', () => own.filter(({ closed }) => closed).length === 1);
  const other = open('127.0.0.3');
  await until('the other is there', () => given.includes('127.0.0.3'));
  expect(other.closed).toBe(false);
  expect(given.filter((address) => address === '127.0.0.2')).toHaveLength(2);
});

it('a connection that is closed makes room for another one of its address', async () => {
  const { given, open } = await listen({});
  const [first] = [open('127.0.0.2'), open('127.0.0.2')];
  await until('both are there', () => given.length === 2);
  first.destroy();
  await until('a third is there', () => {
    open('127.0.0.2');
    return given.length === 3;
  });
});

it.each([
  ['any number', { mostPerAddress: 0 }],
  ['a name', { exceptFrom: ['loopback'] }],
  ['an address', { exceptFrom: ['127.0.0.2'] }],
  ['a network', { exceptFrom: ['10.0.0.0/8', '127.0.0.0/30'] }],
])('there is no bound for an address where %s says so', async (_what, bounds) => {
  const { given, open } = await listen(bounds);
  for (let times = 0; times < 5; times += 1) open('127.0.0.2');
  await until('all are there', () => given.length === 5);
});

it('a connection that never says anything is closed, and one that does is not', async () => {
  const { given, open } = await listen({ firstByteWithinMs: 200 });
  const [silent, speaking] = [open('127.0.0.2'), open('127.0.0.2')];
  speaking.write('hello');
  await until('the silent one is closed', () => silent.closed);
  expect(given).toHaveLength(2);
  expect(speaking.closed).toBe(false);
});
