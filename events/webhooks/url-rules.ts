/** Which URLs webhooks may go to, and how their hosts become addresses that were looked at. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { forbiddenRange } from './addresses.ts';

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Looks up all addresses of a host; rejects where it has none. */
export type Resolve = (hostname: string) => Promise<readonly HostAddress[]>;

/** What counts as allowed. */
export interface UrlRules {
  /** For development: private and loopback addresses as well, and hosts that cannot be found yet. */
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
}

const DEVELOPMENT_RANGES: ReadonlySet<string> = new Set(['loopback', 'private']);
const LONGEST_URL = 2048;
const LOOKUP_MS = 4000;

/**
 * Asks the resolver of the machine, as any other connection would. It has few threads: a host that is slow to be found
 * takes no more than one of them.
 */
export const resolveHost: Resolve = (hostname) => {
  const lookingUp = lookups.get(hostname) ?? lookup(hostname, { all: true }).finally(() => lookups.delete(hostname));
  lookups.set(hostname, lookingUp);
  return lookingUp;
};

const lookups = new Map<string, Promise<readonly HostAddress[]>>();

/** Why a webhook may not go to a URL, to be read after the word `url`; undefined where it may. */
export async function forbiddenUrl(text: string, rules: UrlRules): Promise<string | undefined> {
  const url = URL.parse(text);
  const broken = brokenForm(text, url);
  if (broken !== undefined || !url || (rules.allowPrivate && isIP(hostOf(url)) === 0)) return broken;
  try {
    await resolveAllowed(hostOf(url), rules);
    return undefined;
  } catch (error) {
    return error instanceof ForbiddenHost ? error.message : 'must have a host that can be found';
  }
}

/** The addresses of a host, each of which is allowed; throws {@link ForbiddenHost}, or what the resolver throws. */
export async function resolveAllowed(hostname: string, rules: UrlRules): Promise<readonly HostAddress[]> {
  const family = isIP(hostname);
  const addresses = family === 0 ? await bounded(rules.resolve(hostname)) : [{ address: hostname, family }];
  if (addresses.length === 0) throw new ForbiddenHost('must have a host that can be found');
  for (const { address } of addresses) {
    const range = forbiddenRange(address);
    if (range !== undefined && !(rules.allowPrivate && DEVELOPMENT_RANGES.has(range)))
      throw new ForbiddenHost(`must not lead to a ${range} address`);
  }
  return addresses;
}

/** The host leads where webhooks may not go. */
export class ForbiddenHost extends Error {
  override readonly name = 'ForbiddenHost';
}

/** The host of a URL as the resolver and the socket take it: without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function brokenForm(text: string, url: URL | null): string | undefined {
  if (text.length > LONGEST_URL) return `must have at most ${LONGEST_URL} characters`;
  if (!url || /[\s\p{C}]/u.test(text)) return 'must be a URL such as https://example.com/hooks';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (url.hash !== '') return 'must not have a fragment: it would not be sent';
  if (url.port === '0') return 'must not have port 0';
  return undefined;
}

/** The resolver of the machine has no timeout of its own. */
async function bounded<Result>(lookingUp: Promise<Result>): Promise<Result> {
  const settled = new AbortController();
  const timeout = sleep(LOOKUP_MS, undefined, { signal: settled.signal }).then(() => {
    throw new Error('the host could not be looked up in time');
  });
  timeout.catch(() => undefined);
  try {
    return await Promise.race([lookingUp, timeout]);
  } finally {
    settled.abort();
  }
}
