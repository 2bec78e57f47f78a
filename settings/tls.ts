import type { TlsFiles } from '../api/tls.ts';
import type { Config } from '../config.ts';
import { ConfigError } from './config-error.ts';
import { demandUsable } from './certificates.ts';

/** Where the certificate of REST and gRPC is; undefined where they do without TLS. Throws {@link ConfigError}. */
export function tlsFiles(config: Config): TlsFiles | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: caFile } = config;
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('TLS needs both TLS_CERT_FILE and TLS_KEY_FILE.');
  const files = { certFile, keyFile, caFile };
  demandUsable('TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE', files);
  return files;
}

/** Whether REST is `http` or `https`. */
export function httpScheme(config: Config): 'http' | 'https' {
  return config.TLS_CERT_FILE === undefined ? 'http' : 'https';
}
