import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forbiddenRange } from '../../../events/webhooks/addresses.ts';

it.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', 'carrier-grade NAT'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['203.0.113.1', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['168.63.129.16', 'cloud metadata'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::7f00:1', 'reserved'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['::ffff:168.63.129.16', 'cloud metadata'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b:1::a00:1', 'special-purpose (rfc6052)'],
  ['2002:7f00:1::', 'special-purpose (6to4)'],
  ['2001::1', 'special-purpose (teredo)'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['fec0::1', 'special-purpose (deprecatedSiteLocal)'],
  ['fd00:ec2::254', 'private'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'reserved'],
  ['4000::1', 'reserved'],
])('%s is forbidden: %s', (address, range) => {
  expect(forbiddenRange(address)).toBe(range);
});

it.each([
  '1.1.1.1',
  '93.184.216.34',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
])('%s is allowed', (address) => {
  expect(forbiddenRange(address)).toBeUndefined();
});

describe('whatever the address', () => {
  const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

  it('one of RFC 1918, loopback, link-local, shared or multicast is forbidden', () => {
    fc.assert(
      fc.property(octets, ([a, b, c, d]) => {
        const isLocal =
          [0, 10, 127].includes(a) ||
          (a === 172 && b >= 16 && b < 32) ||
          (a === 192 && b === 168) ||
          (a === 169 && b === 254) ||
          (a === 100 && b >= 64 && b < 128) ||
          a >= 224;
        return !isLocal || forbiddenRange(`${a}.${b}.${c}.${d}`) !== undefined;
      }),
      {
        examples: [[[10, 0, 0, 0]], [[172, 31, 0, 1]], [[192, 168, 0, 1]], [[169, 254, 0, 1]], [[100, 127, 0, 1]]],
        numRuns: 2000,
      },
    );
  });

  it('an IPv4 address is judged the same inside IPv6: mapped, in hexadecimal, and through NAT64', () => {
    fc.assert(
      fc.property(octets, ([a, b, c, d]) => {
        const text = `${a}.${b}.${c}.${d}`;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const verdict = forbiddenRange(text);
        return [`::ffff:${text}`, `::ffff:${hex}`, `64:ff9b::${hex}`].every(
          (inside) => forbiddenRange(inside) === verdict,
        );
      }),
    );
  });

  it('an IPv6 address outside of 2000::/3 that holds no IPv4 address is forbidden', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
        const [first = 0] = groups;
        const address = groups.map((group) => group.toString(16)).join(':');
        const isGlobal = first >= 0x2000 && first < 0x4000;
        return isGlobal || first === 0 || first === 0x64 || forbiddenRange(address) !== undefined;
      }),
    );
  });
});
