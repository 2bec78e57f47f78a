/**
 * A door before the Temporal of the tests, as a hosted one has it: TLS that asks for a certificate, and an API key with
 * each call.
 */
import { readFileSync } from 'node:fs';
import {
  connect,
  createSecureServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { IssuedCertificate } from './certificates.ts';

/** Who is let in. */
export interface GateRules {
  /** The subjects of certificates, such as `relay`; it may be changed while the gate is open. */
  readonly names: Set<string>;
  /** The keys that are taken; likewise. */
  readonly apiKeys: Set<string>;
}

/** A gate that is open. */
export interface TemporalGate {
  /** `localhost:port`, the name in the certificates. */
  readonly address: string;
  /** What came through, as `<name> <key>`. */
  readonly seen: Set<string>;
  /** Ends all connections, as a restart of it would; those who come back show what they have then. */
  readonly dropConnections: () => void;
  readonly close: () => void;
}

/** Opens a gate to Temporal at host:port; the certificates of callers are issued by the authority in `caFile`. */
export async function openGate(of: {
  temporal: string;
  certificate: IssuedCertificate;
  caFile: string;
  rules: GateRules;
}): Promise<TemporalGate> {
  const { certificate, rules } = of;
  const temporal = connect(`http://${of.temporal}`);
  temporal.on('error', () => undefined);
  const seen = new Set<string>();
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer({
    cert: readFileSync(certificate.certFile),
    key: readFileSync(certificate.keyFile),
    ca: readFileSync(of.caFile),
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('sessionError', () => undefined);
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const name = String((stream.session?.socket as TLSSocket | undefined)?.getPeerCertificate().subject.CN);
    const key = headers.authorization?.replace(/^Bearer /, '') ?? 'none';
    if (!rules.names.has(name) || !rules.apiKeys.has(key)) {
      // 16 UNAUTHENTICATED would be taken for final by callers; the gate is asked again instead.
      const refusal = {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': '14',
        'grpc-message': 'closed',
      };
      stream.respond(refusal, { endStream: true });
      return;
    }
    seen.add(`${name} ${key}`);
    forward(stream, headers, (of) => temporal.request(of));
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const dropConnections = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    seen,
    dropConnections,
    close: () => {
      dropConnections();
      server.close();
      temporal.destroy();
    },
  };
}

function forward(
  stream: ServerHttp2Stream,
  { authorization: _authorization, ':authority': _authority, ':scheme': _scheme, ...headers }: IncomingHttpHeaders,
  ask: (headers: OutgoingHttpHeaders) => ReturnType<ReturnType<typeof connect>['request']>,
): void {
  const upstream = ask(headers);
  let trailers: OutgoingHttpHeaders = {};
  upstream.on('error', () => stream.destroy());
  upstream.on('trailers', (told: IncomingHttpHeaders) => {
    trailers = told;
  });
  upstream.on('response', (response) => {
    if (stream.destroyed) return;
    stream.respond(response, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    upstream.pipe(stream);
  });
  stream.pipe(upstream);
  stream.on('close', () => upstream.close());
}
