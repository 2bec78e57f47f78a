/** Which addresses on the network a webhook may go to: those that anybody on the internet could reach as well. */
import ipaddr from 'ipaddr.js';

/** What an address is instead of public, in words for people; undefined for a public one and for no address at all. */
export function forbiddenRange(address: string): string | undefined {
  const parsed = unwrap(ipaddr.parse(address));
  if (METADATA.has(parsed.toString())) return 'cloud metadata';
  const range = parsed.range();
  if (range !== 'unicast') return RANGE_WORDS[range] ?? `special-purpose (${range})`;
  // The library takes everything without a name as unicast; only 2000::/3 is handed out.
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST, 3) ? 'reserved' : undefined;
}

/** Metadata services of clouds that stand in public ranges; the others are in link-local and private ones. */
const METADATA: ReadonlySet<string> = new Set(['168.63.129.16']);

const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

const RANGE_WORDS: Readonly<Record<string, string>> = {
  unspecified: 'unspecified',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  multicast: 'multicast',
  broadcast: 'broadcast',
  reserved: 'reserved',
};

/** The IPv4 address that is reached in the end through an IPv6 one: mapped (`::ffff:0:0/96`) or by NAT64 (RFC 6052). */
function unwrap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address;
  if (!address.isIPv4MappedAddress() && !address.match(NAT64, 96)) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}

const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
