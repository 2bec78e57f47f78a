/** The kinds of values that settings have. */
import { createSecretKey } from 'node:crypto';
import { isIP } from 'node:net';
import ms from 'ms';
import { z } from 'zod';
import type { PayloadKeys } from '../events/payload-codec.ts';

/** A time span such as `5s`, `1500ms`, `24h` or plain milliseconds; becomes milliseconds. */
export const duration = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((text, context) => {
      const milliseconds = /^\d+$/.test(text) ? Number(text) : ms(text as ms.StringValue);
      if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds) || milliseconds < 0) {
        context.addIssue({ code: 'custom', message: `"${text}" is not a time span like 5s, 500ms or 24h` });
        return z.NEVER;
      }
      return milliseconds;
    });

/** The same, at most so long. */
export const durationUpTo = (most: string, standard: string) =>
  duration(standard).refine((given) => given <= ms(most as ms.StringValue), `must be at most ${most}`);

/** A secret that cannot be guessed; it is a header, so that it has no spaces. */
export const secret = z
  .string()
  .regex(/^[\x21-\x7e]{32,}$/, 'must have at least 32 printable ASCII characters and no spaces');

export const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);
export const optionalPort = z.coerce.number().int().min(0).max(65_535).optional();
export const count = (least: number) => z.coerce.number().int().min(least).max(1_000_000);
/** Several of one kind, separated by commas. */
export const list = (what: string, isOne: (text: string, all: readonly string[]) => boolean) =>
  z.string().transform((text, context) => {
    const all = text.split(',').map((each) => each.trim());
    const [wrong] = all.filter((each) => !isOne(each, all));
    if (wrong === undefined) return all;
    context.addIssue({ code: 'custom', message: `"${wrong}" is not ${what}` });
    return z.NEVER;
  });
export const share = (standard: number) => z.coerce.number().min(0).max(1).default(standard);
export const flag = (standard: 'true' | 'false') =>
  z
    .enum(['true', 'false'])
    .default(standard)
    .transform((text) => text === 'true');

const PAYLOAD_KEY = /^(?<id>[\w.-]{1,64}):(?<key>[A-Za-z0-9+/_-]{43}=?)$/;

/** `id:key`, several separated by commas; what is wrong is told by place, because it is a secret. */
export function toPayloadKeys(text: string, context: z.RefinementCtx): PayloadKeys {
  const keys = text.split(',').map((each) => {
    const { id = '', key = '' } = PAYLOAD_KEY.exec(each.trim())?.groups ?? {};
    return { id, bytes: Buffer.from(key, 'base64') };
  });
  const wrong = keys.findIndex(({ bytes }) => bytes.length !== 32);
  const twice = keys.findIndex(({ id }, place) => keys.slice(0, place).some((other) => other.id === id));
  if (wrong < 0 && twice < 0) return keys.map(({ id, bytes }) => ({ id, key: createSecretKey(bytes) }));
  const message =
    wrong < 0 ? `names "${keys[twice]?.id ?? ''}" twice` : `number ${wrong + 1} is not id:key with 32 bytes in base64`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const NETWORK = /^(?<address>[^/]+)(\/(?<bits>\d{1,3}))?$/;
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

export function isAddress(text: string): boolean {
  const { address = '', bits = '0' } = NETWORK.exec(text)?.groups ?? {};
  return NAMED_NETWORKS.has(text) || (isIP(address) > 0 && Number(bits) <= (isIP(address) === 4 ? 32 : 128));
}

export function isOrigin(text: string, all: readonly string[]): boolean {
  if (text === '*') return all.length === 1;
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
