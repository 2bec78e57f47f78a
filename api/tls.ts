/** TLS for REST and gRPC with certificates that may be replaced while the server runs. */
import type { Server, ServerOptions } from 'node:https';
import type { Server as PlainServer } from 'node:http';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { type Certificate, type CertificateFiles, expiryOf } from '../credentials/certificate.ts';
import { watchCertificate } from '../credentials/watched-certificate.ts';

/** The files: `caFile` names the authorities of clients, who must show a certificate of theirs then. */
export interface TlsFiles extends CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** TLS as both servers use it. */
export interface Tls {
  /** What an HTTPS server is made with. */
  readonly serverOptions: ServerOptions;
  /** Gives an HTTPS server each certificate that comes after that. */
  readonly follow: (server: PlainServer) => void;
  readonly grpcCredentials: () => ServerCredentials;
  readonly close: () => void;
}

const HANDSHAKE_WITHIN_MS = 10_000;
const MIN_VERSION = 'TLSv1.2';

/** Reads the files and follows them; throws where they cannot be used. */
export function openTls(files: TlsFiles, logger: Logger): Tls {
  const watched = watchCertificate(files, logger);
  watched.follow((certificate) => warnOfExpiry(certificate, logger));
  warnOfExpiry(watched.current(), logger);
  const asksClients = files.caFile !== undefined;
  return {
    serverOptions: {
      ...contextOf(watched.current()),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
    },
    follow: (server) => {
      // Connections that are open keep the certificate that they began with.
      const secured = server as PlainServer & Pick<Server, 'setSecureContext'>;
      watched.follow((certificate) => secured.setSecureContext(contextOf(certificate)));
    },
    grpcCredentials: () => {
      const { provider } = watched;
      // The types name the parameters the other way round than they are.
      const credentials = experimental.createCertificateProviderServerCredentials(
        provider,
        asksClients ? provider : null,
        asksClients,
      );
      return withHandshakeTimeout(credentials);
    },
    close: watched.close,
  };
}

/** grpc-js has no option for it; what it makes its HTTPS server with, it takes from the credentials. */
function withHandshakeTimeout(credentials: ServerCredentials): ServerCredentials {
  const inside = credentials as unknown as { _getConstructorOptions: () => ServerOptions };
  const options = inside._getConstructorOptions();
  inside._getConstructorOptions = () => ({ ...options, handshakeTimeout: HANDSHAKE_WITHIN_MS });
  return credentials;
}

function contextOf({ cert, key, ca }: Certificate) {
  return { cert, key, ca, minVersion: MIN_VERSION } as const;
}

function warnOfExpiry({ cert = '' }: Certificate, logger: Logger): void {
  const { validTo, isOver } = expiryOf(cert);
  if (isOver) logger.warn({ validTo }, 'the certificate of TLS has expired: clients will refuse it');
}
