import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTrackingLinks } from '../../events/tracking-links.ts';
import { checkToken, signToken } from '../../events/tracking-token.ts';

const secret = fc.string({ minLength: 32, maxLength: 64, unit: 'grapheme' });
const orderId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const expiry = fc.integer({ min: 0, max: 99_999_999_999 });

describe('a token', () => {
  it('is valid for its order and secret until it expires, and then known as expired', () => {
    fc.assert(
      fc.property(secret, orderId, expiry, fc.integer({ min: 0, max: 1_000_000 }), (key, id, expiresAt, seconds) => {
        const token = signToken(key, id, expiresAt);
        const check = (now: number) => checkToken([key], { orderId: id, token, now });
        expect(check(expiresAt - 1 - seconds)).toEqual({ state: 'valid', expiresAt });
        expect(check(expiresAt + seconds)).toEqual({ state: 'expired' });
        expect(signToken(key, id, expiresAt)).toBe(token);
      }),
    );
  });

  it('is invalid where any sign of it is changed, left out or added', () => {
    const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_. =/+'.match(/./g)!;
    fc.assert(
      fc.property(orderId, expiry, fc.nat(), fc.constantFrom(...signs), (id, expiresAt, where, sign) => {
        const token = signToken(SECRET, id, expiresAt);
        const place = where % token.length;
        const state = (changed: string) => checkToken([SECRET], { orderId: id, token: changed, now: 0 }).state;
        if (token[place] !== sign) expect(state(token.slice(0, place) + sign + token.slice(place + 1))).toBe('invalid');
        expect(state(token.slice(0, place) + token.slice(place + 1))).toBe('invalid');
        expect(state(token.slice(0, place) + sign + token.slice(place))).toBe('invalid');
      }),
      { numRuns: 500 },
    );
  });

  it('is invalid for another order, by another secret, and where it is anything else', () => {
    fc.assert(
      fc.property(secret, secret, orderId, orderId, fc.string(), (key, otherKey, id, otherId, text) => {
        fc.pre(key !== otherKey && id !== otherId);
        const token = signToken(key, id, 2_000_000_000);
        const state = (secrets: string[], of: string, given: string) =>
          checkToken(secrets, { orderId: of, token: given, now: 0 }).state;
        expect(state([otherKey], id, token)).toBe('invalid');
        expect(state([key], otherId, token)).toBe('invalid');
        expect(state([key], id, text)).toBe('invalid');
        expect(state([], id, token)).toBe('invalid');
      }),
    );
  });

  it('of any secret that is still listed is valid', () => {
    fc.assert(
      fc.property(fc.uniqueArray(secret, { minLength: 2, maxLength: 4 }), orderId, fc.nat(), (secrets, id, which) => {
        const token = signToken(secrets[which % secrets.length]!, id, 1);
        expect(checkToken(secrets, { orderId: id, token, now: 0 }).state).toBe('valid');
      }),
    );
  });
});

const SECRET = 'a secret of more than 32 characters';

describe('a link', () => {
  const order = { id: 'shop:order-1', createdAt: '2026-01-01T00:00:00.999Z' };
  const links = (secrets: [string, ...string[]]) =>
    createTrackingLinks({ secrets, lifeMs: 1000 }, () => 'https://shop.example/orders');

  it('is the same at every call, below the public URL, and expires at a whole second', () => {
    const url = links([SECRET]).urlOf(order);
    expect(url).toMatch(/^https:\/\/shop\.example\/orders\/track\/shop%3Aorder-1\?token=1767225601\.[\w-]{43}$/);
    expect(links([SECRET]).urlOf(order)).toBe(url);
  });

  it('is signed with the first secret, and valid while its secret is listed', () => {
    const tokenOf = (url: string) => new URL(url).searchParams.get('token')!;
    const before = tokenOf(links(['the former secret, 32 characters and more']).urlOf(order));
    const rotated = links([SECRET, 'the former secret, 32 characters and more']);
    expect(rotated.urlOf(order)).toBe(links([SECRET]).urlOf(order));
    expect(rotated.check(order.id, before)).toEqual({ state: 'expired' });
    expect(links([SECRET]).check(order.id, before)).toEqual({ state: 'invalid' });
  });
});
