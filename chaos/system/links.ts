import { reservePort } from '../../embedded/ports.ts';
import { type Network, startToxiproxy } from '../network/toxiproxy.ts';
import { type Link, LINKS } from '../plan/fault.ts';

/** Ports of loopback that stay the same when their server is started again. */
export interface Ports {
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly kafka: number;
  readonly redis: number;
  readonly http: number;
  readonly grpc: number;
  /** Where webhooks are received. */
  readonly webhooks: number;
}

/** Where each link begins, as host:port: at its proxy, or at its end where there are no proxies. */
export interface Links {
  readonly network: Network | undefined;
  readonly through: (link: Link) => string;
}

const HOST = '127.0.0.1';

/** Reserves a port for each server. */
export async function choosePorts(webhooks: number): Promise<Ports> {
  return {
    postgres: await choosePort(),
    temporal: await choosePort(),
    temporalUi: await choosePort(),
    kafka: await choosePort(),
    redis: await choosePort(),
    http: await choosePort(),
    grpc: await choosePort(),
    webhooks,
  };
}

/** Starts Toxiproxy, where it is given, with a proxy for each link. */
export async function openLinks(of: { ports: Ports; toxiproxy: string | undefined; dataDir: string }): Promise<Links> {
  const { ports, toxiproxy, dataDir } = of;
  const ends = { ...ports, rest: ports.http };
  const endOf = (link: Link) => `${HOST}:${ends[link.split('-')[1] as keyof typeof ends]}`;
  if (toxiproxy === undefined) return { network: undefined, through: endOf };
  const network = await startToxiproxy({ program: toxiproxy, dataDir, port: await choosePort() });
  const begins = new Map<Link, string>();
  for (const link of LINKS) {
    const port = await choosePort();
    await network.open(link, { port, to: endOf(link) });
    begins.set(link, `${HOST}:${port}`);
  }
  return { network, through: (link) => begins.get(link) ?? endOf(link) };
}

async function choosePort(): Promise<number> {
  return (await reservePort({ setting: 'port', wanted: 0 })).port;
}
