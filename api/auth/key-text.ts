/** API keys as texts: `sk_<id>_<secret>`, where the secret has 256 random bits, so that a fast hash of it is enough. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How every key begins, so that people and scanners of secrets know one when they see it. */
export const KEY_PREFIX = 'sk_';

const KEY = /^sk_([\da-f]{16})_[\w-]{43}$/;

/** Makes a key: its id, the text that is shown once, and the hash that is stored, in hexadecimal. */
export function makeKey(): { readonly id: string; readonly text: string; readonly hash: string } {
  const id = randomBytes(8).toString('hex');
  const text = `${KEY_PREFIX}${id}_${randomBytes(32).toString('base64url')}`;
  return { id, text, hash: hashOf(text).toString('hex') };
}

/** The id that stands in a key; undefined where the text has not the shape of one. */
export function keyIdOf(text: string): string | undefined {
  return KEY.exec(text)?.[1];
}

/** SHA-256 of a secret text. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether a text has this hash, in a time that says nothing of where they differ. */
export function hasHash(text: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOf(text), hash);
}
