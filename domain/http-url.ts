/** An address on the network as `host:port`; an IPv6 host stands in brackets. */
export function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL at which a server can be reached from its own machine; for one that listens everywhere that is loopback. */
export function reachableUrl(host: string, port: number): string {
  return `http://${authority(LOOPBACK[host] ?? host, port)}`;
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
