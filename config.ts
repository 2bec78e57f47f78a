/**
 * Every setting of Steadfast, read once from the environment.
 *
 * This is the only file that reads `process.env`; the process files pass what they need onwards.
 */
import ms from 'ms';
import { z } from 'zod';
import type { AlertLimits } from './domain/alert.ts';
import type { LifecycleSettings } from './domain/lifecycle.ts';
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

const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);
const optionalPort = z.coerce.number().int().min(0).max(65_535).optional();
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

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(8),

  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'must be host:port')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('orders'),
  TEMPORAL_UI_URL: z.url().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_PORT: optionalPort,
  TEMPORAL_UI_PORT: optionalPort,
  POSTGRES_PORT: optionalPort,

  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'must be host:port, several separated by commas')
    .transform((text) => text.split(','))
    .optional(),
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
  SHUTDOWN_GRACE: duration('10s'),
  RELAY_BATCH_SIZE: z.coerce.number().int().min(1).max(1000).default(200),
  RELAY_LEASE: duration('5s'),
  REVIVE_INTERVAL: duration('15s'),
  REVIVE_GRACE: duration('1m'),
  WORKER_MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).default(2000),
});

/** All settings, typed, with defaults applied. Durations are milliseconds, amounts are major units. */
export type Config = Readonly<z.infer<typeof schema>>;

const cliSchema = z.object({
  STEADFAST_URL: z.string().optional(),
  STEADFAST_GRPC: z.string().optional(),
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
  const parsed = schema.safeParse(given(environment));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`These settings cannot be used:\n${lines.join('\n')}`);
  }
  return Object.freeze(parsed.data);
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

/** What tracking links are signed with and how long they are valid; undefined where there is no secret. */
export function trackingSecrets(config: Config): TrackingSecrets | undefined {
  const { TRACKING_SECRET: secrets, TRACKING_LINK_LIFE: lifeMs } = config;
  return secrets && { secrets, lifeMs };
}

/** Where Postgres is; throws {@link ConfigError} where nobody says. */
export function requireDatabaseUrl(config: Config): string {
  if (config.DATABASE_URL) return config.DATABASE_URL;
  throw new ConfigError('DATABASE_URL is not set: give postgres://user:password@host:port/database, or use npm start.');
}

/** Where the Temporal server is, as host:port. */
export function temporalAddress(config: Config): string {
  return config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
}

/** What is set; an empty setting counts as absent. */
function given(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}
