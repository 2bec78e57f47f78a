import { describe, expect, it } from 'vitest';
import { describeSettings, readConfig } from '../../config.ts';
import { secretsOf } from '../../settings/secrets.ts';

const TEXT = 'a-secret-that-nobody-may-read-in-a-log';
const PAYLOAD_KEY = Buffer.from(TEXT.slice(0, 32)).toString('base64');

/** Settings with the name of a secret that hold none, or that the processes do not read. */
const NONE = ['TLS_KEY_FILE', 'TEMPORAL_TLS_KEY_FILE', 'TEMPORAL_API_KEY_FILE', 'STEADFAST_API_KEY'];
const named = describeSettings()
  .map(({ name }) => name)
  .filter((name) => /SECRET|KEY|PASSWORD/.test(name));

describe('secrets of the settings', () => {
  it.each(named.filter((name) => !NONE.includes(name)))('%s is one', (name) => {
    const [value, secret] = name === 'PAYLOAD_ENCRYPTION_KEYS' ? [`a:${PAYLOAD_KEY}`, PAYLOAD_KEY] : [TEXT, TEXT];
    expect(secretsOf(readConfig({ [name]: value }))).toContain(secret);
  });

  it('have their name, or are known to be none', () => {
    expect(named).toEqual(expect.arrayContaining(NONE));
    for (const name of NONE) expect(secretsOf(readConfig({ [name]: TEXT })), name).toEqual([]);
  });

  it.each([
    ['DATABASE_URL', 'postgres://app:pass%2Fword@db.example/orders', ['pass%2Fword', 'pass/word']],
    ['DATABASE_URL', 'postgres://app@db.example/orders?password=pass%2Fword', ['pass%2Fword', 'pass/word']],
    [
      'DATABASE_URL',
      'postgres://app@db.example/orders?sslmode=require&sslpassword=of%20a%20key',
      ['of%20a%20key', 'of a key'],
    ],
    ['REDIS_URL', 'rediss://:pass%2Fword@cache.example', ['pass%2Fword', 'pass/word']],
    ['AUTH_JWKS_URL', 'https://me:password@id.example/keys', ['password']],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://me:password@traces.example', ['password']],
  ])('are the passwords of %s, such as in %s', (name, url, secrets) => {
    expect(secretsOf(readConfig({ [name]: url }))).toEqual(expect.arrayContaining(secrets));
  });

  it('are each of several', () => {
    const both = [TEXT, `${TEXT}-of-last-year`];
    expect(secretsOf(readConfig({ TRACKING_SECRET: both.join(',') }))).toEqual(both);
  });
});
