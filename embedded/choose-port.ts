import type { Config } from '../config.ts';
import { reservePort } from './ports.ts';

const usualPorts = {
  HTTP_PORT: 3000,
  GRPC_PORT: 50_051,
  POSTGRES_PORT: 5432,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
} as const;

/**
 * Chooses the port of one part and reserves it for the life of this process: a port that is set must be free (else a
 * `PortTakenError`), 0 means any free one, and where none is set it is the usual one, or any when that is taken.
 */
export async function choosePort(
  setting: keyof typeof usualPorts,
  { config, isSet }: { config: Config; isSet: (name: keyof Config) => boolean },
): Promise<number> {
  const hosts: Partial<Record<typeof setting, string>> = { HTTP_PORT: config.HTTP_HOST, GRPC_PORT: config.GRPC_HOST };
  const { port } = await reservePort({
    setting,
    preferred: usualPorts[setting],
    wanted: isSet(setting) ? config[setting] : undefined,
    host: hosts[setting] ?? '127.0.0.1',
  });
  return port;
}
