/** What Temporal asks of those who connect to it, and what it may see of what they send. */
import type { Logger } from 'pino';
import type { CertificateFiles } from '../credentials/certificate.ts';
import { type WatchedCertificate, watchCertificate } from '../credentials/watched-certificate.ts';
import { watchFiles } from '../credentials/watched-files.ts';
import { keepAlsoSecret } from '../telemetry/redaction.ts';
import type { PayloadKeys } from './payload-codec.ts';

/** TLS to Temporal: the authority of its certificate, and one's own certificate where it asks for one. */
export interface TemporalTls extends CertificateFiles {
  /** The name in its certificate, where that is not the host of its address. */
  readonly serverName?: string | undefined;
}

/** How to be let in, and what payloads are encrypted with. Everything is optional: a development server asks for nothing. */
export interface TemporalAccess {
  readonly tls?: TemporalTls | undefined;
  /** Sent with each call: as it is, or as the file says at that time. */
  readonly apiKey?: { readonly text: string } | { readonly file: string } | undefined;
  readonly payloadKeys?: PayloadKeys | undefined;
}

/** Credentials that change while somebody uses them, until `close`. */
export interface WatchedAccess {
  readonly certificate: WatchedCertificate | undefined;
  /** The key of now; undefined where there is none. */
  readonly apiKey: () => string | undefined;
  /** Calls with each key that comes after the present one. */
  readonly followApiKey: (follower: (apiKey: string) => void) => void;
  readonly close: () => void;
}

/** Reads certificates and key, and again when their files change; throws where they cannot be used. */
export function watchAccess({ tls, apiKey }: TemporalAccess, logger: Pick<Logger, 'info' | 'error'>): WatchedAccess {
  const certificate = tls && watchCertificate(tls, logger);
  const followers: ((apiKey: string) => void)[] = [];
  const file = apiKey && 'file' in apiKey ? apiKey.file : undefined;
  const watched =
    file === undefined
      ? undefined
      : watchFiles({
          files: [file],
          parse: ([text = '']) => {
            const key = parseApiKey(text, file);
            keepAlsoSecret(key);
            return key;
          },
          onChange: (changed) => followers.forEach((follower) => follower(changed)),
          logger,
        });
  return {
    certificate,
    apiKey: () => watched?.current() ?? (apiKey && 'text' in apiKey ? apiKey.text : undefined),
    followApiKey: (follower) => followers.push(follower),
    close: () => {
      certificate?.close();
      watched?.close();
    },
  };
}

/** The key that a file holds; throws where it holds none, without showing what it holds. */
export function parseApiKey(text: string, file: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error(`${file} does not hold a key of printable characters on one line`);
  return key;
}
