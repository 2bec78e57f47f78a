/** What the doctor looks at and works with. */
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { openSimulatorLedger, type PaymentBooks } from '../activities/payment-ledger.ts';
import { createPaymentSimulator } from '../activities/payment-simulator.ts';
import type { PaymentProvider } from '../activities/ports.ts';
import type { InboundSettings } from '../api/inbound-groups.ts';
import { createOrderCache } from '../api/order-cache.ts';
import { type Database, openDatabase } from '../db/client.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import { connectCache } from '../events/cache-connection.ts';
import { createCacheEntries } from '../events/cache-entries.ts';
import { createKafkaProbe, type KafkaProbe } from '../events/kafka/probe.ts';
import type { KafkaSecurity } from '../events/kafka/security.ts';
import type { TemporalAccess } from '../events/temporal-access.ts';
import { openTemporal } from '../events/temporal-connection.ts';

/** How long the doctor waits for things, in milliseconds. */
export interface Patience {
  /** Before what was found is looked at again: what was under way is then done. */
  readonly settleMs: number;
  /** How long an open order may do nothing beyond what it waits for. */
  readonly graceMs: number;
  /** How long an event may wait for a follower of the log that does not move. */
  readonly standstillMs: number;
}

/** Everything that checks and repairs need. */
export interface Scene {
  readonly db: Database;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  readonly ledger: PaymentBooks;
  readonly payments: PaymentProvider;
  /** Absent where Kafka is not configured. */
  readonly kafka?: { readonly probe: KafkaProbe; readonly inbound: InboundSettings } | undefined;
  /** Takes an order that was repaired out of the cache; absent without one. */
  readonly forgetOrder?: ((orderId: string) => Promise<void>) | undefined;
  /** Where the Temporal Web UI is. */
  readonly temporalUi?: string | undefined;
  readonly patience: Patience;
  /** Who repairs, for the audit. */
  readonly actor: string;
  /** This machine's clock, in milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Where everything is. */
export interface SceneSettings {
  readonly databaseUrl: string;
  /** As host:port. */
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** How Temporal lets us in; plain and open where absent. */
  readonly temporalAccess?: TemporalAccess | undefined;
  readonly taskQueue: string;
  readonly temporalUi?: string | undefined;
  readonly settings: LifecycleSettings;
  readonly kafkaBrokers?: readonly string[] | undefined;
  /** What Kafka asks of us; nothing where absent. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  readonly kafkaInbound: InboundSettings;
  readonly redisUrl?: string | undefined;
  readonly patience: Patience;
  readonly actor: string;
  readonly signal: AbortSignal;
}

const POOL_SIZE = 4;
const CACHE_PATIENCE_MS = 1000;

/** Opens the scene; nothing of it need be there, each question finds out. */
export function openScene(of: SceneSettings): { scene: Scene; close: () => Promise<void> } {
  const logger = pino({ level: 'silent' });
  const db = openDatabase(of.databaseUrl, { size: POOL_SIZE, applicationName: 'steadfast-doctor' });
  const { temporal, close: closeTemporal } = openTemporal({
    address: of.temporalAddress,
    namespace: of.temporalNamespace,
    access: of.temporalAccess,
    logger,
  });
  const redis = of.redisUrl ? connectCache({ url: of.redisUrl, patienceMs: CACHE_PATIENCE_MS, logger }) : undefined;
  const probe =
    of.kafkaBrokers &&
    createKafkaProbe({
      brokers: of.kafkaBrokers,
      clientId: 'steadfast-doctor',
      security: of.kafkaSecurity,
    });
  const scene: Scene = {
    db,
    temporal,
    taskQueue: of.taskQueue,
    settings: of.settings,
    ledger: openSimulatorLedger(db),
    payments: createPaymentSimulator(db, { successRate: 1, throwRate: 0 }),
    kafka: probe && { probe, inbound: of.kafkaInbound },
    forgetOrder: redis && createOrderCache({ db, entries: createCacheEntries(redis) }).forget,
    temporalUi: of.temporalUi,
    patience: of.patience,
    actor: of.actor,
    now: Date.now,
    signal: of.signal,
  };
  const close = async () => {
    redis?.close();
    await Promise.all([probe?.close(), closeTemporal(), db.end({ timeout: 2 })]);
  };
  return { scene, close };
}
