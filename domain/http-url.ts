/** An address on the network as `host:port`; an IPv6 host stands in brackets. */
export function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL at which a server can be reached from its own machine; for one that listens everywhere that is loopback. */
export function reachableUrl(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${authority(LOOPBACK[host] ?? host, port)}`;
}

/** Whether only this machine can reach a server that listens at this host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
