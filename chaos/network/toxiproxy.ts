/** Proxies between the parts of a system, which can be cut, slowed and silenced. */
import { spawnChild, untilReady } from '../../embedded/child.ts';
import { logFile } from '../../embedded/log-files.ts';
import type { Link, Lost } from '../plan/fault.ts';

/** A running Toxiproxy. */
export interface Network {
  readonly pid: number;
  /** Opens a link from a port of loopback to host:port. */
  open(link: Link, of: { port: number; to: string }): Promise<void>;
  /** Closes the connections of a link and refuses others until {@link Network.heal}. */
  cut(link: Link): Promise<void>;
  slow(link: Link, latencyMs: number): Promise<void>;
  /** Loses what is sent, without a word. */
  silence(link: Link, lost: Lost): Promise<void>;
  /** Makes a link well; connections that were silenced are closed. */
  heal(link: Link): Promise<void>;
  stop(): Promise<void>;
}

/** The streams of a connection as Toxiproxy calls them. */
const STREAMS = { requests: ['upstream'], answers: ['downstream'], both: ['upstream', 'downstream'] } as const;

/** Starts Toxiproxy on a port of loopback; its log is `<dataDir>/logs/toxiproxy.log`. */
export async function startToxiproxy(of: { program: string; dataDir: string; port: number }): Promise<Network> {
  const api = `http://127.0.0.1:${of.port}`;
  const child = await spawnChild({
    name: 'Toxiproxy',
    command: of.program,
    args: ['-host', '127.0.0.1', '-port', String(of.port)],
    logFile: logFile(of.dataDir, 'toxiproxy'),
    environment: { LOG_LEVEL: 'warn' },
    orphanSignal: 'SIGKILL',
    stopSteps: [{ signal: 'SIGTERM', wait: 3_000 }],
  });
  await untilReady(child, { probe: async () => (await fetch(`${api}/version`)).ok, timeout: 10_000 });

  const send = async (path: string, body?: object, method = 'POST'): Promise<unknown> => {
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await fetch(`${api}${path}`, {
      method,
      body: text,
      headers: { 'content-type': 'application/json' },
    });
    if (!answer.ok) throw new Error(`Toxiproxy refused ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const poison = async (link: Link, type: string, streams: readonly string[], attributes: object) => {
    for (const stream of streams)
      await send(`/proxies/${link}/toxics`, { name: `${type}-${stream}`, type, stream, attributes });
  };
  return {
    pid: child.pid,
    open: async (link, { port, to }) => {
      await send('/proxies', { name: link, listen: `127.0.0.1:${port}`, upstream: to, enabled: true });
    },
    cut: async (link) => {
      await send(`/proxies/${link}`, { enabled: false });
    },
    slow: (link, latencyMs) =>
      poison(link, 'latency', STREAMS.both, { latency: Math.round(latencyMs / 2), jitter: Math.round(latencyMs / 4) }),
    silence: (link, lost) => poison(link, 'timeout', STREAMS[lost], { timeout: 0 }),
    heal: async (link) => {
      const toxics = (await send(`/proxies/${link}/toxics`, undefined, 'GET')) as { name: string }[];
      for (const { name } of toxics) await send(`/proxies/${link}/toxics/${name}`, undefined, 'DELETE');
      await send(`/proxies/${link}`, { enabled: true });
    },
    stop: child.stop,
  };
}
