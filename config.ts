/**
 * Every setting of Steadfast, read once from the environment; what follows from them stands in `settings/`.
 *
 * This is the only file that reads `process.env`; the process files pass what they need onwards.
 */
import ms from 'ms';
import { z } from 'zod';
import type { KafkaSecurity } from './events/kafka/security.ts';
import { ConfigError } from './settings/config-error.ts';
import { kafkaSecurity } from './settings/kafka.ts';
import {
  count,
  duration,
  durationUpTo,
  flag,
  isAddress,
  isOrigin,
  list,
  optionalPort,
  port,
  secret,
  share,
  toPayloadKeys,
} from './settings/kinds.ts';

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
  MAX_CONNECTIONS_PER_ADDRESS: count(0).default(1000),
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

/** Whether the environment sets this, rather than leaving it to its default. */
export function isSet(name: keyof Config, environment: NodeJS.ProcessEnv = process.env): boolean {
  return (environment[name] ?? '') !== '';
}

/** The environment for a child process: the one of this process, with some settings replaced. */
export function environmentWith(settings: Partial<Record<keyof Config, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...settings };
}

/** What is set; an empty setting counts as absent. */
function given(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}
