import { describe, expect, it } from 'vitest';
import { forbiddenUrl, type Resolve } from '../../../events/webhooks/url-rules.ts';

const hosts: Readonly<Record<string, readonly string[]>> = {
  'example.com': ['93.184.216.34', '2606:2800:220:1::1'],
  'inside.example.com': ['10.0.0.7'],
  'both.example.com': ['93.184.216.34', '127.0.0.1'],
  'nowhere.example.com': [],
  localhost: ['127.0.0.1', '::1'],
};
const resolve: Resolve = (hostname) => {
  const addresses = hosts[hostname];
  if (!addresses) return Promise.reject(new Error('ENOTFOUND'));
  return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
};
const strict = { allowPrivate: false, resolve };

describe('a URL is forbidden', () => {
  it.each([
    ['', 'must be a URL'],
    ['example.com/hooks', 'must be a URL'],
    ['http://', 'must be a URL'],
    ['http://exa mple.com/', 'must be a URL'],
    ['http://example.com/\n', 'must be a URL'],
    ['ftp://example.com/', 'must begin with https:// or http://'],
    ['file:///etc/passwd', 'must begin with https:// or http://'],
    ['javascript:alert(1)', 'must begin with https:// or http://'],
    ['https://user:secret@example.com/', 'must not contain a user name or password'],
    ['https://user@example.com/', 'must not contain a user name or password'],
    ['https://example.com/#part', 'must not have a fragment'],
    ['https://example.com:0/', 'must not have port 0'],
    [`https://example.com/${'x'.repeat(2048)}`, 'must have at most 2048 characters'],
    ['http://127.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://①②⑦.0.0.1/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://[::1]:8080/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://[64:ff9b::7f00:1]/', 'loopback'],
    ['http://[::7f00:1]/', 'reserved'],
    ['http://0/', 'unspecified'],
    ['http://10.0.0.1/', 'private'],
    ['http://192.168.0.1/', 'private'],
    ['http://169.254.169.254/latest/meta-data/', 'link-local'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://[fd00::1]/', 'private'],
    ['http://100.64.0.1/', 'carrier-grade NAT'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://168.63.129.16/', 'cloud metadata'],
    ['http://localhost/', 'loopback'],
    ['http://LOCALHOST:3000/', 'loopback'],
    ['https://inside.example.com/', 'private'],
    ['https://both.example.com/', 'loopback'],
    ['https://nowhere.example.com/', 'can be found'],
    ['https://unknown.example.com/', 'can be found'],
  ])('%s', async (url, why) => {
    expect(await forbiddenUrl(url, strict)).toContain(why);
  });
});

it.each(['https://example.com', 'http://example.com:8080/hooks?token=a%20b', 'https://93.184.216.34/'])(
  '%s is allowed',
  async (url) => {
    expect(await forbiddenUrl(url, strict)).toBeUndefined();
  },
);

it('for development every address is allowed, but not every form', async () => {
  const loose = { allowPrivate: true, resolve };
  expect(await forbiddenUrl('http://127.0.0.1:8080/', loose)).toBeUndefined();
  expect(await forbiddenUrl('http://not-yet.there/', loose)).toBeUndefined();
  expect(await forbiddenUrl('http://user@127.0.0.1/', loose)).toContain('user name');
});
