/** How many connections a listening server keeps open, in all and from one address. */
import type { Server, Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { addressName } from './callers.ts';
import type { LimitSettings } from './settings.ts';

/** Most connections, and most of one address: any number where 0, and from the addresses and networks that are named. */
export interface ConnectionBounds {
  readonly most: number;
  readonly mostPerAddress: number;
  /** Such as `10.0.0.0/8`, `::1` and `loopback`. */
  readonly exceptFrom: readonly string[];
  /** How long a connection may be open before its first byte, in milliseconds; any time where absent. */
  readonly firstByteWithinMs?: number;
}

/** The bounds that are set. */
export function connectionBounds(settings: LimitSettings): ConnectionBounds {
  const { connections: most, connectionsPerAddress: mostPerAddress, anyConnectionsFrom: exceptFrom } = settings;
  return { most, mostPerAddress, exceptFrom };
}

/** Closes connections beyond the bounds at once, before anything else is done with them, and those that never say anything. */
export function boundConnections(server: Server, bounds: ConnectionBounds): void {
  const { most, mostPerAddress, firstByteWithinMs } = bounds;
  const isExcepted = matchNetworks(bounds.exceptFrom);
  const open = new Map<string, number>();
  const isAdmitted = (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || mostPerAddress === 0 || isExcepted(remoteAddress)) return true;
    const name = addressName(remoteAddress);
    const own = open.get(name) ?? 0;
    if (own >= mostPerAddress) return false;
    open.set(name, own + 1);
    socket.once('close', () => {
      const left = (open.get(name) ?? 1) - 1;
      if (left > 0) open.set(name, left);
      else open.delete(name);
    });
    return true;
  };
  const awaitFirstByte = (socket: Socket) => {
    if (firstByteWithinMs === undefined) return;
    const timer = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, firstByteWithinMs);
    socket.once('close', () => clearTimeout(timer));
  };

  server.maxConnections = most;
  // A protocol that is given a socket which is destroyed already may fail on it.
  const protocols = server.listeners('connection');
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    if (!isAdmitted(socket)) {
      socket.destroy();
      return;
    }
    awaitFirstByte(socket);
    for (const begin of protocols) Reflect.apply(begin, server, [socket]);
  });
}

/** What names such as those of TRUSTED_PROXIES mean, as ranges of ipaddr.js. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

function matchNetworks(names: readonly string[]): (address: string) => boolean {
  const networks = names
    .flatMap((name) => NAMED[name] ?? [name])
    .map((network) => {
      if (network.includes('/')) return ipaddr.parseCIDR(network);
      const address = ipaddr.process(network);
      return [address, address.kind() === 'ipv4' ? 32 : 128] as const;
    });
  return (address) => {
    const given = ipaddr.process(address);
    return networks.some(([network, bits]) => given.kind() === network.kind() && given.match(network, bits));
  };
}
