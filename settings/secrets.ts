import type { Config } from '../config.ts';

/**
 * Everything in the settings that nobody may read in a log. What stands in the file of an API key is kept secret by whoever
 * reads it, each time that it changes.
 */
export function secretsOf(config: Config): string[] {
  const { PAYLOAD_ENCRYPTION_KEYS: payloadKeys = [], TRACKING_SECRET: tracking = [] } = config;
  const { DATABASE_URL, REDIS_URL, AUTH_JWKS_URL, OTEL_EXPORTER_OTLP_ENDPOINT } = config;
  const passwords = [DATABASE_URL, REDIS_URL, AUTH_JWKS_URL, OTEL_EXPORTER_OTLP_ENDPOINT].flatMap(passwordsIn);
  const keys = payloadKeys.flatMap(({ key }) => {
    const bytes = key.export();
    return [bytes.toString('base64'), bytes.toString('base64url')];
  });
  const { ADMIN_API_KEY, AUTH_JWT_SECRET, SESSION_SECRET, TEMPORAL_API_KEY, KAFKA_SASL_PASSWORD } = config;
  const plain = [ADMIN_API_KEY, AUTH_JWT_SECRET, SESSION_SECRET, TEMPORAL_API_KEY, KAFKA_SASL_PASSWORD];
  return [...passwords, ...keys, ...tracking, ...plain].filter((secret): secret is string => (secret ?? '') !== '');
}

/** The passwords in a URL, before its host and as libpq takes them in its query, as they stand there and as they are meant. */
function passwordsIn(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { password, search, searchParams } = new URL(url);
  const written = [...search.matchAll(/[?&](?:ssl)?password=([^&]*)/gi)].map(([, text = '']) => text);
  const meant = [...searchParams].filter(([name]) => /^(ssl)?password$/i.test(name)).map(([, text]) => text);
  return [password, unescaped(password), ...written, ...meant];
}

/** What a percent-encoded part of a URL means; as it is where it is no such part. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
