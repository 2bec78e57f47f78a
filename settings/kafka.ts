import type { Config } from '../config.ts';
import type { KafkaSecurity } from '../events/kafka/security.ts';
import { ConfigError } from './config-error.ts';

/** What the brokers ask of us. Throws {@link ConfigError} where a user name or a password stands alone. */
export function kafkaSecurity(
  config: Pick<Config, `KAFKA_${'TLS' | 'SASL_MECHANISM' | 'SASL_USERNAME' | 'SASL_PASSWORD'}`>,
): KafkaSecurity {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  if ((username === undefined) !== (password === undefined))
    throw new ConfigError('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are set together or not at all.');
  return {
    ...(config.KAFKA_TLS === 'on' && { tls: {}, tlsServerName: true as const }),
    ...(username !== undefined && password !== undefined && { sasl: { mechanism, username, password } }),
  };
}
