import { expect, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { limitSettings } from '../../settings/limits.ts';

it('there may be any number of connections from this machine and from proxies that are trusted', () => {
  const { connectionsPerAddress, anyConnectionsFrom } = limitSettings(readConfig({ TRUSTED_PROXIES: '10.0.0.0/8' }));
  expect(connectionsPerAddress).toBe(1000);
  expect(anyConnectionsFrom).toEqual(['loopback', '10.0.0.0/8']);
});

it('one address may have any number of connections where that is set', () => {
  expect(limitSettings(readConfig({ MAX_CONNECTIONS_PER_ADDRESS: '0' })).connectionsPerAddress).toBe(0);
});
