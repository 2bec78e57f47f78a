/** The links under which customers follow their orders: nothing is stored of them, everything follows from the secret. */
import { checkToken, signToken, type TokenCheck } from './tracking-token.ts';

/** What links are made of. */
export interface TrackingSecrets {
  /** The first one signs, all of them verify. */
  readonly secrets: readonly [string, ...string[]];
  /** How long a link is valid from the creation of its order, in milliseconds. */
  readonly lifeMs: number;
}

/** Makes and checks links. */
export interface TrackingLinks {
  /** The link of an order, which was created at that moment (ISO 8601): the same at every call. */
  readonly urlOf: (order: { readonly id: string; readonly createdAt: string }) => string;
  /** What a token is worth now for the order of that id. */
  readonly check: (orderId: string, token: string) => TokenCheck;
}

/** Makes links below a URL without slash at its end; it is asked for each time, because a server learns its own late. */
export function createTrackingLinks({ secrets, lifeMs }: TrackingSecrets, publicUrl: () => string): TrackingLinks {
  return {
    urlOf: ({ id, createdAt }) => {
      const expiresAt = Math.floor((Date.parse(createdAt) + lifeMs) / 1000);
      return `${publicUrl()}/track/${encodeURIComponent(id)}?token=${signToken(secrets[0], id, expiresAt)}`;
    },
    check: (orderId, token) => checkToken(secrets, { orderId, token, now: Date.now() / 1000 }),
  };
}
