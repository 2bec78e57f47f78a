/** By what callers are told apart where they are counted. */
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { actorName, type Caller } from '../../domain/access.ts';

/** One name for each caller: who they are where that is known, else where they come from. */
export function callerName(caller: Caller | undefined, address: string): string {
  return caller && caller.kind !== 'anonymous' ? actorName(caller) : addressName(address);
}

/** One name for each address. Whoever has one IPv6 address mostly has 2^64 of them: they count as one. */
export function addressName(address: string): string {
  if (!isIPv6(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  const network = [...parsed.parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(network).toString()}/64`;
}
