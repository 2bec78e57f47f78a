/** Where the server is. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CliConfig } from '../config.ts';
import { CommandFailure, exitCode } from './failure.ts';
import type { GlobalOptions } from './session.ts';

const STANDARD = { http: 'http://127.0.0.1:3000', grpc: '127.0.0.1:50051' };
const GRPC_PORT = 50_051;

/**
 * The addresses of REST (URL) and gRPC (host:port): from the options, else the environment, else the system that runs with
 * this data directory (also that of the project, wherever the command is called), else the standard ports.
 */
export function resolveEndpoints(
  options: GlobalOptions,
  config: CliConfig,
): { http: string; grpc: string; database: string | undefined } {
  const stated = options.server ?? config.STEADFAST_URL;
  const running = stated === undefined ? findRunning(config.DATA_DIR) : undefined;
  const http = stated === undefined ? (running?.http ?? STANDARD.http) : checkUrl(stated);
  const grpc = running?.grpc ?? `${new URL(http).hostname}:${GRPC_PORT}`;
  return { http, grpc: options.grpc ?? config.STEADFAST_GRPC ?? grpc, database: running?.database };
}

function findRunning(dataDir: string): { http: string; grpc: string; database: string | undefined } | undefined {
  const { http, grpc, database } = findEndpoints(dataDir);
  return http === undefined || grpc === undefined ? undefined : { http, grpc, database };
}

/** What the system that runs with this data directory says of itself, such as `database`; nothing where none does. */
export function findEndpoints(dataDir: string): Readonly<Partial<Record<string, string>>> {
  const projectRoot = resolve(import.meta.dirname, '..');
  for (const directory of [resolve(dataDir), resolve(projectRoot, dataDir)]) {
    const known = Object.entries(readEndpoints(join(directory, 'endpoints.json')));
    if (known.length > 0)
      return Object.fromEntries(known.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }
  return {};
}

function readEndpoints(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    return {};
  }
}

function checkUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, '');
  throw new CommandFailure(exitCode.usage, `"${url}" is not an address such as ${STANDARD.http}`);
}
