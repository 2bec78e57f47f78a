/** The system of a test file's own, as `npm start` runs it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { launchSystem, type RunningSystem } from '../../e2e/system.ts';

/** What a file's tests share. */
export interface SharedSystem {
  readonly system: () => RunningSystem;
  /** An address on it, such as `url('/dashboard/orders')`. */
  readonly url: (path?: string) => string;
  /** Calls its REST API and gives the answer; throws where it is refused. */
  readonly call: <Body>(method: string, path: string, body?: object) => Promise<Body>;
}

type Settings = Readonly<Record<string, string>>;

/**
 * Starts it before the tests of the file and ends it after them; lives are short where `settings` say nothing else. They are
 * a function where something must be started first, such as Kafka.
 */
export function useSystem(settings: Settings | (() => Promise<Settings>) = {}): SharedSystem {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-web-'));
  let system: RunningSystem | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const own = typeof settings === 'function' ? await settings() : settings;
    system = await launchSystem(dataDir, {
      settings: { PAYMENT_DELAY: '1s', PREPARATION_DELAY: '1s', DELIVERY_DELAY: '1s', LOG_LEVEL: 'warn', ...own },
      onLaunch: (end) => {
        stop = end;
      },
    });
  });
  afterAll(async () => {
    await stop?.();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const running = () => {
    if (!system) throw new Error('the system has not been started');
    return system;
  };
  const url = (path = '/') => new URL(path, running().endpoints().http).href;
  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const response = await fetch(url(path), {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  };
  return { system: running, url, call };
}
