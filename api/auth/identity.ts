/** Who a request is from, as its credentials prove it. */
import type { Caller } from '../../domain/access.ts';
import { Failure } from '../../domain/failures.ts';

/** What a request brings to say who calls, as it stands in its headers or metadata. */
export interface Credentials {
  /** `Bearer <API key or token>` */
  readonly authorization?: string | undefined;
  /** The value of `X-API-Key`. */
  readonly apiKey?: string | undefined;
  /** The value of `Cookie`, on REST. */
  readonly cookie?: string | undefined;
}

/** A caller whose credentials were good; `isValid` says whether they still are, as streams must ask from time to time. */
export interface Identity {
  readonly caller: Caller;
  /** When the credentials expire, in milliseconds since the epoch; undefined where they do not. */
  readonly expiresAt: number | undefined;
  readonly isValid: () => Promise<boolean>;
}

/** One way to tell who calls; undefined where the credentials hold nothing for it, `UNAUTHENTICATED` where it is no good. */
export type CredentialSource = (credentials: Credentials) => Promise<Identity> | undefined;

/** The refusal of credentials. */
export function unauthenticated(message: string): Failure {
  return new Failure('UNAUTHENTICATED', message);
}
