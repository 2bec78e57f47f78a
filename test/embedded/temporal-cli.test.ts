import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findTemporalCli, TemporalCliMissingError } from '../../embedded/temporal-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const working = '#!/bin/sh\necho "temporal version 1.5.1 (Server 1.29.1)"\n';
const unreachable = 'http://127.0.0.1:1/temporal.tar.gz';

function executable(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

/** A machine with nothing on it but a shell: `bin` is its only PATH, `cache` its cache. */
function bareMachine() {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  const cache = join(folder, 'cache');
  mkdirSync(bin);
  for (const tool of ['sh', 'tar', 'gzip', 'cp', 'chmod']) {
    const real = execFileSync('which', [tool], { encoding: 'utf8' }).trim();
    executable(join(bin, tool), `#!/bin/sh\nexec ${real} "$@"\n`);
  }
  return {
    folder,
    bin,
    cached: join(cache, 'steadfast', 'temporal-cli-1.5.1', 'temporal'),
    environment: { PATH: bin, XDG_CACHE_HOME: cache },
  };
}

async function serve(body: Buffer): Promise<string> {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await once(server.close(), 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/temporal.tar.gz`;
}

function archiveOf(script: string): Buffer {
  const folder = temporaryFolder();
  executable(join(folder, 'temporal'), script);
  execFileSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'temporal']);
  return readFileSync(join(folder, 'a.tar.gz'));
}

describe('the Temporal CLI', { timeout: 60_000 }, () => {
  it('that is set is used', async () => {
    const { folder, environment } = bareMachine();
    const path = executable(join(folder, 'mine'), working);
    expect(await findTemporalCli({ path, environment })).toBe(path);
  });

  it('that is set and does not run is an error, and nothing else is tried in its place', async () => {
    const { bin, folder, environment } = bareMachine();
    executable(join(bin, 'temporal'), working);
    const path = executable(join(folder, 'broken'), '#!/bin/sh\nexit 3\n');
    await expect(findTemporalCli({ path, environment })).rejects.toThrow(/TEMPORAL_CLI_PATH=.*broken: it does not run/);
  });

  it('is found on PATH', async () => {
    const { bin, environment } = bareMachine();
    executable(join(bin, 'temporal'), working);
    expect(await findTemporalCli({ environment })).toBe(join(bin, 'temporal'));
  });

  it('of that name which is another program is passed over for the cached copy', async () => {
    const { bin, cached, environment } = bareMachine();
    executable(join(bin, 'temporal'), '#!/bin/sh\necho "a calendar"\n');
    executable(cached, working);
    expect(await findTemporalCli({ environment })).toBe(cached);
  });

  it('is downloaded into the cache where the machine has none, and nothing else is left there', async () => {
    const { cached, environment } = bareMachine();
    const told: string[] = [];
    const archive = await serve(archiveOf(working));
    expect(await findTemporalCli({ environment, archive, onProgress: (message) => told.push(message) })).toBe(cached);
    expect(told.join('\n')).toContain('downloading');
    expect(readdirSync(dirname(cached))).toEqual(['temporal']);
    expect(await findTemporalCli({ environment, archive: unreachable })).toBe(cached);
  });

  it('is built with Go where it cannot be downloaded', async () => {
    const { bin, folder, cached, environment } = bareMachine();
    const made = executable(join(folder, 'made'), working);
    executable(join(bin, 'go'), `#!/bin/sh\ncp ${made} "$GOBIN/temporal"\n`);
    const told: string[] = [];
    expect(
      await findTemporalCli({ environment, archive: unreachable, onProgress: (message) => told.push(message) }),
    ).toBe(cached);
    expect(told.join('\n')).toContain('building');
  });

  it('is built once when two look for it at the same time', async () => {
    const { bin, folder, cached, environment } = bareMachine();
    const made = executable(join(folder, 'made'), working);
    const builds = join(folder, 'builds');
    executable(join(bin, 'go'), `#!/bin/sh\necho built >> ${builds}\ncp ${made} "$GOBIN/temporal"\n`);
    const search = { environment, archive: unreachable };
    expect(await Promise.all([findTemporalCli(search), findTemporalCli(search)])).toEqual([cached, cached]);
    expect(readFileSync(builds, 'utf8')).toBe('built\n');
  });

  it('that cannot be had is an error with each place tried, why it failed and what to do', async () => {
    const { bin, cached, environment } = bareMachine();
    executable(join(bin, 'temporal'), '#!/bin/sh\nexit 1\n');
    executable(join(bin, 'go'), '#!/bin/sh\necho "no required module" >&2\nexit 1\n');
    const error: unknown = await findTemporalCli({ environment, archive: unreachable }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TemporalCliMissingError);
    const { message } = error as Error;
    expect(message).toMatch(/temporal on PATH: it does not run/);
    expect(message).toContain(`cached copy ${cached}: not there`);
    expect(message).toMatch(/download http:\/\/127\.0\.0\.1:1\/temporal\.tar\.gz: .+/);
    expect(message).toMatch(/go install: go ended with code 1: no required module/);
    expect(message).toContain('set TEMPORAL_CLI_PATH');
    expect(message).toContain('set TEMPORAL_ADDRESS');
  });

  it('says that Go is not installed where it is not', async () => {
    const { environment } = bareMachine();
    await expect(findTemporalCli({ environment, archive: unreachable })).rejects.toThrow(
      'go install: Go is not installed',
    );
  });
});
