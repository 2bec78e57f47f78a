import type { Config } from '../config.ts';

/** Everything in the settings that nobody may read in a log. */
export function secretsOf(config: Config): string[] {
  const { PAYLOAD_ENCRYPTION_KEYS: payloadKeys = [], TRACKING_SECRET: tracking = [] } = config;
  const passwords = [config.DATABASE_URL, config.REDIS_URL].flatMap((url) => {
    const { password = '' } = url === undefined ? {} : new URL(url);
    return [password, unescaped(password)];
  });
  const keys = payloadKeys.flatMap(({ key }) => {
    const bytes = key.export();
    return [bytes.toString('base64'), bytes.toString('base64url')];
  });
  const plain = [config.ADMIN_API_KEY, config.AUTH_JWT_SECRET, config.SESSION_SECRET, config.TEMPORAL_API_KEY];
  return [...passwords, ...keys, ...tracking, ...plain].filter((secret): secret is string => (secret ?? '') !== '');
}

/** What a percent-encoded part of a URL means; as it is where it is no such part. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
