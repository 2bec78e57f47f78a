import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { isSecret, makeSecret, sign } from '../../../events/webhooks/secrets.ts';

const message = { id: 'event-1', at: new Date(), body: '{"größe":"ü"}' };
const headers = (signature: string) => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
  'webhook-signature': signature,
});
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');

describe('a secret', () => {
  it('is made in the form of Standard Webhooks, another one each time', () => {
    expect(isSecret(makeSecret())).toBe(true);
    expect(makeSecret()).not.toBe(makeSecret());
  });

  it.each([`whsec_${base64(24)}`, `whsec_${base64(64)}`, 'eight888', 'with spaces inside', 'x'.repeat(128)])(
    'can be %s',
    (secret) => {
      expect(isSecret(secret)).toBe(true);
    },
  );

  it.each([
    '',
    'seven77',
    'x'.repeat(129),
    ' padded-secret',
    'padded-secret ',
    'größer-als-ascii',
    'with\ttab-inside',
    'whsec_',
    `whsec_${base64(23)}`,
    `whsec_${base64(65)}`,
    `whsec_${base64(32)}!`,
    `whsec_${base64(32).replace('=', '')}`,
    'whsec_not base64 at all, but long',
  ])('cannot be %j', (secret) => {
    expect(isSecret(secret)).toBe(false);
  });
});

describe('a signature', () => {
  it('is verified by the published library', () => {
    const secret = makeSecret();
    const signature = sign({ secret, previousSecret: null }, message);
    expect(new Webhook(secret).verify(message.body, headers(signature))).toEqual(JSON.parse(message.body));
    expect(() => new Webhook(makeSecret()).verify(message.body, headers(signature))).toThrow();
  });

  it('by a plain secret has its bytes as key: raw in the library, as it stands in HMAC', () => {
    const secret = 'a plain secret';
    const signature = sign({ secret, previousSecret: null }, message);
    new Webhook(secret, { format: 'raw' }).verify(message.body, headers(signature));
    const signed = `${message.id}.${headers('')['webhook-timestamp']}.${message.body}`;
    expect(signature).toBe(`v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
  });

  it('after a rotation is there twice, so that either secret verifies', () => {
    const [secret, previousSecret] = [makeSecret(), makeSecret()];
    const signature = sign({ secret, previousSecret }, message);
    for (const each of [secret, previousSecret]) new Webhook(each).verify(message.body, headers(signature));
  });
});
