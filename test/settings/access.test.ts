import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { authenticationSettings, isOffUnasked } from '../../settings/access.ts';
import { ConfigError } from '../../settings/config-error.ts';

const SECRET = 'a'.repeat(32);
const settings = (environment: Record<string, string>) => authenticationSettings(readConfig(environment));

describe('authentication', () => {
  it('is off on a bare machine, which lets nobody else in', () => {
    expect(settings({})).toBeUndefined();
    for (const host of ['localhost', '::1', '127.0.0.1', '127.1.2.3'])
      expect(settings({ HTTP_HOST: host, GRPC_HOST: host })).toBeUndefined();
  });

  it.each([
    { HTTP_HOST: '0.0.0.0' },
    { GRPC_HOST: '::' },
    { HTTP_HOST: 'shop.example.com' },
    { METRICS_HOST: '0.0.0.0', METRICS_PORT: '9464' },
    { HTTP_HOST: '127.0.0.1.example.com' },
    { AUTH: 'off', ADMIN_API_KEY: SECRET, HTTP_HOST: '10.0.0.1' },
  ])('cannot be off where others could reach the server: %j', (environment) => {
    expect(() => settings(environment)).toThrow(ConfigError);
    expect(() => settings(environment)).toThrow(/AUTH/);
  });

  it('is off where metrics would be open but are nowhere', () => {
    expect(settings({ METRICS_HOST: '0.0.0.0' })).toBeUndefined();
  });

  it('is on where somebody can have credentials, or where it is said', () => {
    const anywhere = { HTTP_HOST: '0.0.0.0', GRPC_HOST: '0.0.0.0' };
    expect(settings({ ...anywhere, ADMIN_API_KEY: SECRET })).toEqual({ adminKey: SECRET, tokens: undefined });
    expect(settings({ ...anywhere, AUTH: 'on' })).toEqual({ adminKey: undefined, tokens: undefined });
    expect(settings({ AUTH_JWT_SECRET: SECRET, AUTH_JWT_ISSUER: 'me' })).toMatchObject({
      tokens: { key: { secret: SECRET }, issuer: 'me' },
    });
    expect(settings({ AUTH_JWKS_URL: 'https://id.example.com/keys', AUTH_JWT_AUDIENCE: 'shop' })).toMatchObject({
      tokens: { key: { jwksUrl: 'https://id.example.com/keys' }, audience: 'shop' },
    });
    expect(settings({ AUTH: 'off', ADMIN_API_KEY: SECRET })).toBeUndefined();
  });

  it('is off unasked only where nothing is said of it', () => {
    expect(isOffUnasked(readConfig({}))).toBe(true);
    for (const name of ['ADMIN_API_KEY', 'AUTH_JWT_SECRET'])
      expect(isOffUnasked(readConfig({ [name]: SECRET })), name).toBe(false);
    for (const AUTH of ['on', 'off']) expect(isOffUnasked(readConfig({ AUTH })), AUTH).toBe(false);
    expect(isOffUnasked(readConfig({ AUTH_JWKS_URL: 'https://id.example.com/keys' }))).toBe(false);
  });

  it('checks tokens in one way only', () => {
    expect(() => settings({ AUTH_JWT_SECRET: SECRET, AUTH_JWKS_URL: 'https://id.example.com/keys' })).toThrow(
      ConfigError,
    );
  });

  it.each(['AUTH_JWT_SECRET', 'ADMIN_API_KEY'])('takes no %s that is short or has spaces', (name) => {
    for (const wrong of ['a'.repeat(31), `${'a'.repeat(16)} ${'a'.repeat(16)}`])
      expect(() => readConfig({ [name]: wrong })).toThrow(new RegExp(`${name}: must have at least 32`));
  });
});
