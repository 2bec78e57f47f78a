/** A certificate in files, and each that takes its place. */
import { getCACertificates } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { type Certificate, type CertificateFiles, filesOf, parseCertificate } from './certificate.ts';
import { watchFiles } from './watched-files.ts';

/** A certificate that is read again when its files change, until `close`. */
export interface WatchedCertificate {
  readonly current: () => Certificate;
  /** Calls with each certificate that comes after the present one. */
  readonly follow: (follower: (certificate: Certificate) => void) => void;
  /** The same as gRPC asks for it, for servers and for clients. */
  readonly provider: experimental.CertificateProvider;
  readonly close: () => void;
}

type Follower = (certificate: Certificate) => void;

/** Reads the files and follows them; throws where they cannot be used. */
export function watchCertificate(files: CertificateFiles, logger: Pick<Logger, 'info' | 'error'>): WatchedCertificate {
  const followers = new Set<Follower>();
  const { current, close } = watchFiles({
    files: filesOf(files),
    parse: (texts) => parseCertificate(files, texts),
    onChange: (certificate) => {
      for (const follower of followers) follower(certificate);
    },
    logger,
  });
  return {
    current,
    follow: (follower) => followers.add(follower),
    provider: provide(current, followers),
    close: () => {
      followers.clear();
      close();
    },
  };
}

/** Tells each listener of gRPC the present certificate and those that follow. */
function provide(current: () => Certificate, followers: Set<Follower>): experimental.CertificateProvider {
  const byListener = new Map<unknown, Follower>();
  const add = <Update>(listener: (update: Update) => void, toUpdate: (certificate: Certificate) => Update) => {
    const follower = (certificate: Certificate) => listener(toUpdate(certificate));
    byListener.set(listener, follower);
    followers.add(follower);
    // Not at once: whoever adds a listener is not ready to hear of it yet.
    process.nextTick(() => follower(current()));
  };
  const remove = (listener: unknown) => {
    const follower = byListener.get(listener);
    if (follower) followers.delete(follower);
    byListener.delete(listener);
  };
  return {
    addCaCertificateListener: (listener) =>
      add(listener, ({ ca }) => ({ caCertificate: Buffer.from(ca ?? usualCas()) })),
    removeCaCertificateListener: remove,
    addIdentityCertificateListener: (listener) =>
      add(listener, ({ cert = '', key = '' }) => ({ certificate: Buffer.from(cert), privateKey: Buffer.from(key) })),
    removeIdentityCertificateListener: remove,
  };
}

/** The authorities that Node believes, with those of `NODE_EXTRA_CA_CERTS`. */
function usualCas(): string {
  return getCACertificates('default').join('\n');
}
