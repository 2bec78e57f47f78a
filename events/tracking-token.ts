/** What makes a tracking link impossible to guess: a signature over the order and the moment at which the link ends. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token says: `expiresAt` in whole seconds since the epoch. */
export type TokenCheck =
  | { readonly state: 'valid'; readonly expiresAt: number }
  | { readonly state: 'expired' }
  | { readonly state: 'invalid' };

/** The token of an order, `<expiry>.<mac>`: the same for the same order, expiry (whole seconds) and secret. */
export function signToken(secret: string, orderId: string, expiresAt: number): string {
  return `${expiresAt}.${mac(secret, orderId, String(expiresAt))}`;
}

/**
 * What a token is worth for an order at a moment (seconds since the epoch), where any of the secrets may have signed it.
 * That a link has expired is said only of one that was valid.
 */
export function checkToken(
  secrets: readonly string[],
  { orderId, token, now }: { orderId: string; token: string; now: number },
): TokenCheck {
  const [, expiry, signature] = /^(\d{1,12})\.([\w-]{43})$/.exec(token) ?? [];
  if (expiry === undefined || signature === undefined) return { state: 'invalid' };
  // All secrets are tried, so that the time does not tell which of them it was.
  const isSigned = secrets.map((secret) => isSame(signature, mac(secret, orderId, expiry))).includes(true);
  if (!isSigned) return { state: 'invalid' };
  const expiresAt = Number(expiry);
  return now < expiresAt ? { state: 'valid', expiresAt } : { state: 'expired' };
}

/** An id has no line breaks, so that no two orders and expiries make the same text. */
function mac(secret: string, orderId: string, expiry: string): string {
  return createHmac('sha256', secret).update(`steadfast tracking\n${orderId}\n${expiry}`).digest('base64url');
}

/** Compares the texts, not the bytes that they stand for: the last sign of the text has bits that stand for nothing. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
