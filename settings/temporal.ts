import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import { parseApiKey, type TemporalAccess } from '../events/temporal-access.ts';
import { ConfigError } from './config-error.ts';
import { demandUsable } from './certificates.ts';

/** Where the Temporal server is, as host:port. */
export function temporalAddress(config: Config): string {
  return config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
}

/**
 * How Temporal lets us in, and what it may see: with TLS where a certificate, an authority, a name or an API key is set, or
 * `TEMPORAL_TLS=on`. Throws {@link ConfigError} where a file cannot be used.
 */
export function temporalAccess(config: Config): TemporalAccess {
  const { TEMPORAL_TLS_CA_FILE: caFile, TEMPORAL_TLS_CERT_FILE: certFile, TEMPORAL_TLS_KEY_FILE: keyFile } = config;
  const { TEMPORAL_TLS_SERVER_NAME: serverName, PAYLOAD_ENCRYPTION_KEYS: payloadKeys } = config;
  const apiKey = temporalApiKey(config);
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigError('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE are set together or not at all.');
  const tls = { caFile, certFile, keyFile, serverName };
  const isWanted = apiKey !== undefined || Object.values(tls).some((set) => set !== undefined);
  if ((config.TEMPORAL_TLS ?? (isWanted ? 'on' : 'off')) === 'off') return { apiKey, payloadKeys };
  demandUsable('TEMPORAL_TLS_*', tls);
  return { tls, apiKey, payloadKeys };
}

function temporalApiKey({ TEMPORAL_API_KEY: text, TEMPORAL_API_KEY_FILE: file }: Config): TemporalAccess['apiKey'] {
  if (text !== undefined && file !== undefined)
    throw new ConfigError('TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE are both set: the key is in one place only.');
  if (file === undefined) return text === undefined ? undefined : { text };
  try {
    parseApiKey(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw new ConfigError(`TEMPORAL_API_KEY_FILE: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { file };
}
