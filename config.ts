/**
 * Every setting of Steadfast, read once from the environment.
 *
 * This is the only file that reads `process.env`; the process files pass what they need onwards.
 */
import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ms from 'ms';
import { z } from 'zod';
import type { LimitSettings } from './api/limits/settings.ts';
import type { TlsFiles } from './api/tls.ts';
import { type CertificateFiles, filesOf, parseCertificate } from './credentials/certificate.ts';
import type { AlertLimits } from './domain/alert.ts';
import { isLoopback } from './domain/http-url.ts';
import type { LifecycleSettings } from './domain/lifecycle.ts';
import type { AuthenticationSettings } from './api/auth/authentication.ts';
import type { SessionSettings } from './api/auth/sessions.ts';
import type { KafkaSecurity } from './events/kafka/security.ts';
import type { PayloadKeys } from './events/payload-codec.ts';
import { parseApiKey, type TemporalAccess } from './events/temporal-access.ts';
import type { TrackingSecrets } from './events/tracking-links.ts';

/** A time span such as `5s`, `1500ms`, `24h` or plain milliseconds; becomes milliseconds. */
const duration = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((text, context) => {
      const milliseconds = /^\d+$/.test(text) ? Number(text) : ms(text as ms.StringValue);
      if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds) || milliseconds < 0) {
        context.addIssue({ code: 'custom', message: `"${text}" is not a time span like 5s, 500ms or 24h` });
        return z.NEVER;
      }
      return milliseconds;
    });

/** The same, at most so long. */
const durationUpTo = (most: string, standard: string) =>
  duration(standard).refine((given) => given <= ms(most as ms.StringValue), `must be at most ${most}`);

/** A secret that cannot be guessed; it is a header, so that it has no spaces. */
const secret = z.string().regex(/^[\x21-\x7e]{32,}$/, 'must have at least 32 printable ASCII characters and no spaces');

const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);
const optionalPort = z.coerce.number().int().min(0).max(65_535).optional();
const count = (least: number) => z.coerce.number().int().min(least).max(1_000_000);
/** Several of one kind, separated by commas. */
const list = (what: string, isOne: (text: string, all: readonly string[]) => boolean) =>
  z.string().transform((text, context) => {
    const all = text.split(',').map((each) => each.trim());
    const [wrong] = all.filter((each) => !isOne(each, all));
    if (wrong === undefined) return all;
    context.addIssue({ code: 'custom', message: `"${wrong}" is not ${what}` });
    return z.NEVER;
  });
const share = (standard: number) => z.coerce.number().min(0).max(1).default(standard);
const flag = (standard: 'true' | 'false') =>
  z
    .enum(['true', 'false'])
    .default(standard)
    .transform((text) => text === 'true');

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port(3000),
  GRPC_HOST: z.string().default('127.0.0.1'),
  GRPC_PORT: port(50_051),

  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TLS_CLIENT_CA_FILE: z.string().optional(),

  AUTH: z.enum(['on', 'off']).optional(),
  ADMIN_API_KEY: secret.optional(),
  AUTH_JWT_SECRET: secret.optional(),
  AUTH_JWKS_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  AUTH_JWT_ISSUER: z.string().optional(),
  AUTH_JWT_AUDIENCE: z.string().optional(),
  SESSION_SECRET: secret.optional(),
  SESSION_LIFE: durationUpTo('12h', '12h'),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_CA_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(8),

  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'must be host:port')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('orders'),
  TEMPORAL_UI_URL: z.url().optional(),
  TEMPORAL_TLS: z.enum(['on', 'off']).optional(),
  TEMPORAL_TLS_CA_FILE: z.string().optional(),
  TEMPORAL_TLS_CERT_FILE: z.string().optional(),
  TEMPORAL_TLS_KEY_FILE: z.string().optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional(),
  TEMPORAL_API_KEY_FILE: z.string().optional(),
  PAYLOAD_ENCRYPTION_KEYS: z.string().transform(toPayloadKeys).optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_PORT: optionalPort,
  TEMPORAL_UI_PORT: optionalPort,
  POSTGRES_PORT: optionalPort,

  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'must be host:port, several separated by commas')
    .transform((text) => text.split(','))
    .optional(),
  KAFKA_TLS: z.enum(['on', 'off']).default('off'),
  KAFKA_SASL_MECHANISM: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).default('SCRAM-SHA-512'),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(1000).default(6),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).max(10).default(1),
  KAFKA_GROUP: z.string().min(1).default('steadfast'),
  KAFKA_ORDER_REQUESTS: flag('false'),
  DLQ_RETENTION: duration('7d'),

  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),

  WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false']).optional(),
  WEBHOOK_TIMEOUT: duration('15s'),
  WEBHOOK_RETRIES: z
    .string()
    .default('5s,30s,2m,10m,30m,2h,5h,10h,14h')
    .transform((text, context) => {
      const delays = text.split(',').map((delay) => ms(delay.trim() as ms.StringValue));
      if (delays.every((delay) => typeof delay === 'number' && delay >= 0)) return delays;
      context.addIssue({ code: 'custom', message: `"${text}" is not a list of time spans like 5s,2m,1h` });
      return z.NEVER;
    }),

  STUCK_AFTER: duration('5m'),
  PAYMENT_STUCK_AFTER: duration('2m'),
  PROBLEMATIC_CHANGES: z.coerce.number().int().min(1).default(10),

  TRACKING_SECRET: z
    .string()
    .transform((text, context) => {
      const [first = '', ...others] = text.split(',').map((secret) => secret.trim());
      if ([first, ...others].every(({ length }) => length >= 32)) return [first, ...others] as const;
      context.addIssue({ code: 'custom', message: 'must have at least 32 characters, also each of several' });
      return z.NEVER;
    })
    .optional(),
  TRACKING_LINK_LIFE: duration('90d'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .regex(/^[^?#]*$/, 'must have neither query nor fragment')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),

  TRACE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine((url) => url.includes('{trace_id}'), 'must have {trace_id} where the id of the trace belongs')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  TRACE_SAMPLE_RATE: share(1),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: optionalPort,

  RATE_LIMIT: count(0).optional(),
  ADMIN_RATE_LIMIT: count(0).default(300),
  MAX_REQUESTS: count(1).default(5000),
  MAX_STREAMS: count(1).default(5000),
  MAX_STREAMS_PER_CALLER: count(0).optional(),
  MAX_CONNECTIONS: count(1).default(10_000),
  TRUSTED_PROXIES: list('an address, a network such as 10.0.0.0/8, or loopback', isAddress).optional(),
  CORS_ORIGINS: list('an origin such as https://shop.example, or * alone', isOrigin).optional(),

  ENABLE_TEST_ENDPOINTS: flag('false'),

  DATA_DIR: z.string().min(1).default('.data'),
  DEMO_CATALOGUE: flag('true'),

  PAYMENT_DELAY: duration('5s'),
  PREPARATION_DELAY: duration('5s'),
  DELIVERY_DELAY: duration('10s'),
  APPROVAL_LIMIT: z.coerce.number().positive().default(10_000),
  APPROVAL_TIMEOUT: duration('24h'),

  PAYMENT_SUCCESS_RATE: share(1),
  PAYMENT_THROW_RATE: share(0),
  PAYMENT_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(6),
  CARRIER_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(10),

  COMMAND_TIMEOUT: duration('5s'),
  // Together below 30 s, after which whoever stopped the process ends it by force.
  SHUTDOWN_DELAY: durationUpTo('8s', '0s'),
  SHUTDOWN_GRACE: durationUpTo('20s', '20s'),
  RELAY_BATCH_SIZE: z.coerce.number().int().min(1).max(1000).default(200),
  RELAY_LEASE: duration('5s'),
  REVIVE_INTERVAL: duration('15s'),
  REVIVE_GRACE: duration('1m'),
  WORKER_MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).default(2000),
  WORKER_VERSIONING: z.enum(['off', 'on', 'manual']).default('off'),
  WORKER_BUILD_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be at most 100 letters, digits, dots, hyphens and underscores')
    .optional(),
});

const kafkaSecuritySchema = schema.pick({
  KAFKA_TLS: true,
  KAFKA_SASL_MECHANISM: true,
  KAFKA_SASL_USERNAME: true,
  KAFKA_SASL_PASSWORD: true,
});

/** All settings, typed, with defaults applied. Durations are milliseconds, amounts are major units. */
export type Config = Readonly<z.infer<typeof schema>>;

const cliSchema = z.object({
  STEADFAST_URL: z.string().optional(),
  STEADFAST_GRPC: z.string().optional(),
  STEADFAST_API_KEY: z.string().optional(),
  DATA_DIR: schema.shape.DATA_DIR,
  // As text: only the commands of Kafka read them, and say what is wrong with them.
  KAFKA_BROKERS: z.string().optional(),
  KAFKA_PARTITIONS: z.string().default('6'),
  KAFKA_REPLICATION: z.string().default('1'),
});

/** The few settings of the command line: where the server is, and where a running system says so. */
export type CliConfig = Readonly<z.infer<typeof cliSchema>>;

/** A setting that cannot be used, with one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads and checks the settings; throws {@link ConfigError} that names every wrong one. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return Object.freeze(parseSettings(schema, environment));
}

function parseSettings<Settings extends z.ZodType>(settings: Settings, environment: NodeJS.ProcessEnv) {
  const parsed = settings.safeParse(given(environment));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`These settings cannot be used:\n${lines.join('\n')}`);
}

/** The same for the command line, which reads no other settings of the processes. */
export function readKafkaSecurity(environment: NodeJS.ProcessEnv = process.env): KafkaSecurity {
  return kafkaSecurity(parseSettings(kafkaSecuritySchema, environment));
}

/** Reads the settings of the command line. */
export function readCliConfig(environment: NodeJS.ProcessEnv = process.env): CliConfig {
  return Object.freeze(cliSchema.parse(given(environment)));
}

/** Every setting with its default as one writes it, undefined where it has none: for checking the documentation. */
export function describeSettings(): { name: string; standard: string | undefined }[] {
  const settings = z.object({ ...cliSchema.shape, ...schema.shape });
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input' });
  return Object.entries(properties as Record<string, { default?: string | number }>).map(([name, property]) => ({
    name,
    standard: property.default?.toString(),
  }));
}

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

/** Whether the environment sets this, rather than leaving it to its default. */
export function isSet(name: keyof Config, environment: NodeJS.ProcessEnv = process.env): boolean {
  return (environment[name] ?? '') !== '';
}

/** The environment for a child process: the one of this process, with some settings replaced. */
export function environmentWith(settings: Partial<Record<keyof Config, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...settings };
}

/** How long an order waits at each stage and when a person must approve. */
export function lifecycleSettings(config: Config): LifecycleSettings {
  return {
    paymentDelayMs: config.PAYMENT_DELAY,
    preparationDelayMs: config.PREPARATION_DELAY,
    deliveryDelayMs: config.DELIVERY_DELAY,
    approvalLimit: config.APPROVAL_LIMIT,
    approvalTimeoutMs: config.APPROVAL_TIMEOUT,
  };
}

/** Whether webhooks may go to private and loopback addresses. */
export function webhooksMayBePrivate(config: Config): boolean {
  return config.WEBHOOK_ALLOW_PRIVATE === undefined
    ? config.ENABLE_TEST_ENDPOINTS
    : config.WEBHOOK_ALLOW_PRIVATE === 'true';
}

/** From when on an open order needs somebody to look at it. */
export function alertLimits(config: Config): AlertLimits {
  return {
    stuckAfterMs: config.STUCK_AFTER,
    paymentStuckAfterMs: config.PAYMENT_STUCK_AFTER,
    problematicChanges: config.PROBLEMATIC_CHANGES,
  };
}

/** How much a server takes on. Single callers are limited where that is set, and in production. */
export function limitSettings(config: Config): LimitSettings {
  const isProduction = config.NODE_ENV === 'production';
  return {
    requestsPerSecond: config.RATE_LIMIT ?? (isProduction ? 100 : 0),
    adminChangesPerMinute: config.ADMIN_RATE_LIMIT,
    requestsAtOnce: config.MAX_REQUESTS,
    streams: config.MAX_STREAMS,
    streamsPerCaller: config.MAX_STREAMS_PER_CALLER ?? (isProduction ? 100 : 0),
    connections: config.MAX_CONNECTIONS,
  };
}

/** What tracking links are signed with and how long they are valid; undefined where there is no secret. */
export function trackingSecrets(config: Config): TrackingSecrets | undefined {
  const { TRACKING_SECRET: secrets, TRACKING_LINK_LIFE: lifeMs } = config;
  return secrets && { secrets, lifeMs };
}

/**
 * How callers are known; undefined where everybody may do everything. Throws {@link ConfigError} where that would be open to
 * other machines, and where tokens could be checked in two ways.
 */
export function authenticationSettings(config: Config): AuthenticationSettings | undefined {
  const { ADMIN_API_KEY: adminKey, AUTH_JWT_SECRET: jwtSecret, AUTH_JWKS_URL: jwksUrl } = config;
  const { AUTH = adminKey || jwtSecret || jwksUrl ? 'on' : 'off' } = config;
  if (AUTH === 'off') {
    demandLoopback(config);
    return undefined;
  }
  if (jwtSecret !== undefined && jwksUrl !== undefined)
    throw new ConfigError('AUTH_JWT_SECRET and AUTH_JWKS_URL are both set: tokens are checked in one way only.');
  const checks = { issuer: config.AUTH_JWT_ISSUER, audience: config.AUTH_JWT_AUDIENCE };
  if (jwtSecret !== undefined) return { adminKey, tokens: { key: { secret: jwtSecret }, ...checks } };
  return { adminKey, tokens: jwksUrl === undefined ? undefined : { key: { jwksUrl }, ...checks } };
}

/** How people stay signed in to the dashboard. Without a secret of their own, sessions are signed by what servers share. */
export function sessionSettings(config: Config): SessionSettings {
  const secret = config.SESSION_SECRET ?? config.ADMIN_API_KEY ?? config.AUTH_JWT_SECRET;
  return { secret, lifeMs: config.SESSION_LIFE };
}

function demandLoopback(config: Config): void {
  const open = (['HTTP_HOST', 'GRPC_HOST'] as const).filter((name) => !isLoopback(config[name]));
  if (open.length === 0) return;
  const named = open.map((name) => `${name}=${config[name]}`).join(' and ');
  throw new ConfigError(
    `Authentication is off, and so the server listens on this machine only, but ${named} would let others in. ` +
      'Set ADMIN_API_KEY, AUTH_JWT_SECRET or AUTH_JWKS_URL, or AUTH=on and make keys with npx steadfast keys create.',
  );
}

/** Where the certificate of REST and gRPC is; undefined where they do without TLS. Throws {@link ConfigError}. */
export function tlsFiles(config: Config): TlsFiles | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: caFile } = config;
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('TLS needs both TLS_CERT_FILE and TLS_KEY_FILE.');
  const files = { certFile, keyFile, caFile };
  demandUsable('TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE', files);
  return files;
}

/** Whether REST is `http` or `https`. */
export function httpScheme(config: Config): 'http' | 'https' {
  return config.TLS_CERT_FILE === undefined ? 'http' : 'https';
}

/** Throws where certificates cannot be used, before anything is started with them. */
function demandUsable(settings: string, files: CertificateFiles): void {
  try {
    parseCertificate(
      files,
      filesOf(files).map((file) => readFileSync(file, 'utf8')),
    );
  } catch (error) {
    throw new ConfigError(`${settings}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where Postgres is; throws {@link ConfigError} where nobody says. */
export function requireDatabaseUrl(config: Config): string {
  if (config.DATABASE_URL) return withAuthority(config.DATABASE_URL, config);
  throw new ConfigError('DATABASE_URL is not set: give postgres://user:password@host:port/database, or use npm start.');
}

/** Names the authority in the URL as libpq does, so that whoever has the URL has all that it takes to connect. */
function withAuthority(databaseUrl: string, { DATABASE_CA_FILE: caFile }: Config): string {
  if (caFile === undefined) return databaseUrl;
  demandUsable('DATABASE_CA_FILE', { caFile });
  const url = new URL(databaseUrl);
  url.searchParams.set('sslrootcert', caFile);
  return url.href;
}

/** What the brokers ask of us. Throws {@link ConfigError} where a user name or a password stands alone. */
export function kafkaSecurity(config: z.infer<typeof kafkaSecuritySchema>): KafkaSecurity {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  if ((username === undefined) !== (password === undefined))
    throw new ConfigError('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are set together or not at all.');
  return {
    ...(config.KAFKA_TLS === 'on' && { tls: {}, tlsServerName: true as const }),
    ...(username !== undefined && password !== undefined && { sasl: { mechanism, username, password } }),
  };
}

/** Where the Temporal server is, as host:port. */
export function temporalAddress(config: Config): string {
  return config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
}

/**
 * How Temporal lets us in, and what it may see: with TLS where a certificate, an authority, a name or an API key is set, or
 * `TEMPORAL_TLS=on`. Throws {@link ConfigError} where a file cannot be used.
 */
export function temporalAccess(config: Config): TemporalAccess {
  const { TEMPORAL_TLS_CA_FILE: caFile, TEMPORAL_TLS_CERT_FILE: certFile, TEMPORAL_TLS_KEY_FILE: keyFile } = config;
  const { TEMPORAL_TLS_SERVER_NAME: serverName, PAYLOAD_ENCRYPTION_KEYS: payloadKeys } = config;
  const apiKey = temporalApiKey(config);
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigError('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE are set together or not at all.');
  const tls = { caFile, certFile, keyFile, serverName };
  const isWanted = apiKey !== undefined || Object.values(tls).some((set) => set !== undefined);
  if ((config.TEMPORAL_TLS ?? (isWanted ? 'on' : 'off')) === 'off') return { apiKey, payloadKeys };
  demandUsable('TEMPORAL_TLS_*', tls);
  return { tls, apiKey, payloadKeys };
}

function temporalApiKey({ TEMPORAL_API_KEY: text, TEMPORAL_API_KEY_FILE: file }: Config): TemporalAccess['apiKey'] {
  if (text !== undefined && file !== undefined)
    throw new ConfigError('TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE are both set: the key is in one place only.');
  if (file === undefined) return text === undefined ? undefined : { text };
  try {
    parseApiKey(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw new ConfigError(`TEMPORAL_API_KEY_FILE: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { file };
}

const PAYLOAD_KEY = /^(?<id>[\w.-]{1,64}):(?<key>[A-Za-z0-9+/_-]{43}=?)$/;

/** `id:key`, several separated by commas; what is wrong is told by place, because it is a secret. */
function toPayloadKeys(text: string, context: z.RefinementCtx): PayloadKeys {
  const keys = text.split(',').map((each) => {
    const { id = '', key = '' } = PAYLOAD_KEY.exec(each.trim())?.groups ?? {};
    return { id, bytes: Buffer.from(key, 'base64') };
  });
  const wrong = keys.findIndex(({ bytes }) => bytes.length !== 32);
  const twice = keys.findIndex(({ id }, place) => keys.slice(0, place).some((other) => other.id === id));
  if (wrong < 0 && twice < 0) return keys.map(({ id, bytes }) => ({ id, key: createSecretKey(bytes) }));
  const message =
    wrong < 0 ? `names "${keys[twice]?.id ?? ''}" twice` : `number ${wrong + 1} is not id:key with 32 bytes in base64`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const NETWORK = /^(?<address>[^/]+)(\/(?<bits>\d{1,3}))?$/;
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function isAddress(text: string): boolean {
  const { address = '', bits = '0' } = NETWORK.exec(text)?.groups ?? {};
  return NAMED_NETWORKS.has(text) || (isIP(address) > 0 && Number(bits) <= (isIP(address) === 4 ? 32 : 128));
}

function isOrigin(text: string, all: readonly string[]): boolean {
  if (text === '*') return all.length === 1;
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}

/** What is set; an empty setting counts as absent. */
function given(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}
