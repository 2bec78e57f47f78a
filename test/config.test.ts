import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { requireDatabaseUrl } from '../settings/database.ts';
import { temporalAccess } from '../settings/temporal.ts';

describe('TRACE_URL', () => {
  it.each(['http://127.0.0.1:16686/trace/{trace_id}', 'https://traces.example/explore?id={trace_id}&from=now-1h'])(
    '%s is taken as it is',
    (TRACE_URL) => {
      expect(readConfig({ TRACE_URL }).TRACE_URL).toBe(TRACE_URL);
    },
  );

  it.each([
    ['http://127.0.0.1:16686/', 'must have {trace_id}'],
    ['ftp://traces.example/{trace_id}', 'must be an http or https URL'],
    ['javascript:alert({trace_id})', 'must be an http or https URL'],
    ['{trace_id}', 'must be an http or https URL'],
  ])('%s is refused', (TRACE_URL, words) => {
    expect(() => readConfig({ TRACE_URL })).toThrow(`TRACE_URL: ${words}`);
  });
});

describe('PAYLOAD_ENCRYPTION_KEYS', () => {
  const key = Buffer.alloc(32, 7).toString('base64');

  it('names keys, the first of which encrypts', () => {
    const keys = readConfig({ PAYLOAD_ENCRYPTION_KEYS: `2026-11:${key},2025.12:${key}` }).PAYLOAD_ENCRYPTION_KEYS;
    expect(keys?.map(({ id }) => id)).toEqual(['2026-11', '2025.12']);
    expect(keys?.[0]?.key.export()).toEqual(Buffer.alloc(32, 7));
  });

  it.each([
    [key, 'number 1 is not id:key'],
    [`good:${key},short:${key.slice(4)}`, 'number 2 is not id:key'],
    [`same:${key},same:${key}`, 'names "same" twice'],
  ])('what is wrong is told by its place, and not shown (%#)', (keys, words) => {
    const read = () => readConfig({ PAYLOAD_ENCRYPTION_KEYS: keys });
    expect(read).toThrow(`PAYLOAD_ENCRYPTION_KEYS: ${words}`);
    expect(read).not.toThrow(key.slice(4, 20));
  });
});

describe('temporalAccess', () => {
  it.each([
    [{}, undefined],
    [{ TEMPORAL_TLS: 'on' }, {}],
    [{ TEMPORAL_TLS_SERVER_NAME: 'temporal.example' }, { serverName: 'temporal.example' }],
    [{ TEMPORAL_API_KEY: 'key' }, {}],
    [{ TEMPORAL_API_KEY: 'key', TEMPORAL_TLS: 'off' }, undefined],
  ])('%o: TLS %o', (settings, tls) => {
    const found = temporalAccess(readConfig(settings)).tls;
    expect(found === undefined ? undefined : JSON.parse(JSON.stringify(found))).toEqual(tls);
  });

  it.each([
    [{ TEMPORAL_TLS_CERT_FILE: 'own.crt' }, 'are set together'],
    [{ TEMPORAL_TLS_CA_FILE: 'absent.crt' }, 'ENOENT'],
    [{ TEMPORAL_API_KEY: 'key', TEMPORAL_API_KEY_FILE: 'key' }, 'in one place only'],
    [{ TEMPORAL_API_KEY_FILE: 'absent' }, 'ENOENT'],
  ])('%o is refused', (settings, words) => {
    expect(() => temporalAccess(readConfig(settings))).toThrow(words);
  });
});

describe('the URL of the database', () => {
  it('names the authority of DATABASE_CA_FILE as libpq does', () => {
    const DATABASE_URL = 'postgres://app:secret@db.example:5432/orders?sslmode=verify-full';
    expect(requireDatabaseUrl(readConfig({ DATABASE_URL }))).toBe(DATABASE_URL);
    const named = () => requireDatabaseUrl(readConfig({ DATABASE_URL, DATABASE_CA_FILE: 'absent.crt' }));
    expect(named).toThrow('DATABASE_CA_FILE');
    expect(named).not.toThrow('secret');
  });
});
