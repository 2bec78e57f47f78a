/** Signing secrets, and signing by the Standard Webhooks scheme. https://www.standardwebhooks.com */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { SigningSecrets } from '../../db/webhooks.ts';

const PREFIX = 'whsec_';
const KEY_BYTES = { least: 24, most: 64, made: 32 };
const PLAIN = /^[\x21-\x7e][\x20-\x7e]{6,126}[\x21-\x7e]$/;

/** What a secret must be, to be read after the word `secret`. */
export const SECRET_RULE =
  `must be ${PREFIX} and the base64 of ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes, ` +
  'or 8 to 128 printable ASCII characters without spaces around them';

/** A fresh secret in the form of Standard Webhooks. */
export function makeSecret(): string {
  return PREFIX + randomBytes(KEY_BYTES.made).toString('base64');
}

/** Whether a text can be a secret. */
export function isSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return PLAIN.test(text);
  const base64 = text.slice(PREFIX.length);
  const key = Buffer.from(base64, 'base64');
  return key.toString('base64') === base64 && key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most;
}

/** The value of the header `webhook-signature`: one signature for each secret that is valid now. */
export function sign(
  { secret, previousSecret }: SigningSecrets,
  message: { id: string; at: Date; body: string },
): string {
  return [secret, previousSecret]
    .filter((each) => each !== null)
    .map((each) => signerOf(each).sign(message.id, message.at, message.body))
    .join(' ');
}

/** A plain secret is its own key, byte for byte; that is why it must be ASCII. */
function signerOf(secret: string): Webhook {
  return secret.startsWith(PREFIX) ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
}
