import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { trackingSecrets } from '../../settings/access.ts';
import { reachableUrl } from '../../domain/http-url.ts';

const LONG = 'x'.repeat(32);

describe('TRACKING_SECRET', () => {
  it('is one secret or several, of which the first signs', () => {
    expect(trackingSecrets(readConfig({}))).toBeUndefined();
    expect(trackingSecrets(readConfig({ TRACKING_SECRET: '' }))).toBeUndefined();
    expect(trackingSecrets(readConfig({ TRACKING_SECRET: `${LONG}1, ${LONG}2` }))).toEqual({
      secrets: [`${LONG}1`, `${LONG}2`],
      lifeMs: 7_776_000_000,
    });
  });

  it.each(['short', `${LONG},short`, `${LONG},`, ','])('%s is refused', (secret) => {
    expect(() => readConfig({ TRACKING_SECRET: secret })).toThrow(/TRACKING_SECRET: .*32 characters/);
  });
});

describe('PUBLIC_URL', () => {
  it('loses the slash at its end and keeps its path', () => {
    expect(readConfig({ PUBLIC_URL: 'https://shop.example/' }).PUBLIC_URL).toBe('https://shop.example');
    expect(readConfig({ PUBLIC_URL: 'https://shop.example/orders/' }).PUBLIC_URL).toBe('https://shop.example/orders');
  });

  it.each(['shop.example', 'ftp://shop.example', 'https://shop.example/?a=1', 'https://shop.example/#a'])(
    '%s is refused',
    (url) => {
      expect(() => readConfig({ PUBLIC_URL: url })).toThrow(/PUBLIC_URL: /);
    },
  );
});

it('a server that listens everywhere is reached through loopback', () => {
  expect(reachableUrl('0.0.0.0', 3000)).toBe('http://127.0.0.1:3000');
  expect(reachableUrl('::', 3000)).toBe('http://[::1]:3000');
  expect(reachableUrl('10.1.2.3', 3000)).toBe('http://10.1.2.3:3000');
});
