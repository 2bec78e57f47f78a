/** All use cases together: what REST and gRPC both call. */
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import type { Notifier } from '../db/notify.ts';
import type { AlertLimits } from '../domain/alert.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { EventProducer } from '../events/kafka/producer.ts';
import type { KafkaProbe } from '../events/kafka/probe.ts';
import type { LiveLog } from '../events/live-log.ts';
import { createWatchOrder, type WatchOrder } from '../events/order-watch.ts';
import type { TemporalAccess } from '../events/temporal-access.ts';
import type { TrackingLinks } from '../events/tracking-links.ts';
import type { WebhookSender } from '../events/webhooks/sender.ts';
import { type AcceptOrder, createAcceptOrder } from './accept-order.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { createReadAudit, type ReadAudit } from './audit.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { type CancelOrders, createCancelOrders } from './cancel-orders.ts';
import { bounded as inTime } from './deadline.ts';
import { type DashboardSettings, type DashboardSources, presentDashboardSettings } from './dashboard-settings.ts';
import { createExportOrders, type ExportOrders } from './export-orders.ts';
import { createInboundHandlers } from './inbound.ts';
import { createFollowEvents, type FollowEvents } from './follow-events.ts';
import { createOrderCommands, type OrderCommands } from './order-commands.ts';
import { createKeys, type Keys } from './keys.ts';
import { createKafkaStatus, type ReadKafkaStatus } from './kafka-status.ts';
import { createDemandOwnOrder, type DemandOwnOrder } from './order-access.ts';
import type { ReadOrder } from './order-cache.ts';
import { type CompareOrder, createCompareOrder } from './order-differences.ts';
import { type BeginWork, createWorkGate, gated } from './limits/work.ts';
import { createOrderQueries, type OrderQueries } from './order-queries.ts';
import { createDecodePayloads, type DecodePayloads } from './payload-decoding.ts';
import { createPaymentSimulatorControl, type PaymentSimulatorControl } from './payment-simulator.ts';
import { createProcessorStatus, type ProcessorSources, type ReadProcessorStatus } from './processors.ts';
import { createProducts, type Products } from './products.ts';
import { createRankings, type Rankings } from './rankings.ts';
import { createRecentEvents, type ReadRecentEvents } from './recent-events.ts';
import type { CheckReadiness } from './readiness.ts';
import { createRebuild, createStatistics, type RebuildStatistics, type StatisticsQueries } from './statistics.ts';
import { createTestWebhook, createWebhooks, type TestWebhook, type Webhooks } from './webhooks.ts';
import { createStatusViews, type StatusViews } from './status-view.ts';
import { createReadSystem, type ReadSystem } from './system.ts';
import { createPublishTestEvent, type PublishTestEvent } from './test-event.ts';
import { createTracking, type Tracking } from './tracking.ts';
import type { ValidationCounter } from './validation-count.ts';
import { createVerification, type Verification } from './verification.ts';

/** What a client can ask for. Refusals are `Failure`s, whatever the protocol. */
export interface UseCases {
  readonly acceptOrder: AcceptOrder;
  readonly demandOwnOrder: DemandOwnOrder;
  readonly queries: OrderQueries;
  readonly commands: OrderCommands;
  readonly cancelOrders: CancelOrders;
  readonly exportOrders: ExportOrders;
  readonly watchOrder: WatchOrder;
  readonly followEvents: FollowEvents;
  readonly recentEvents: ReadRecentEvents;
  readonly tracking: Tracking;
  readonly compareOrder: CompareOrder;
  readonly verification: Verification;
  readonly statusViews: StatusViews;
  readonly alerts: Alerts;
  readonly products: Products;
  readonly rankings: Rankings;
  readonly statistics: StatisticsQueries;
  readonly rebuildStatistics: RebuildStatistics;
  readonly processorStatus: ReadProcessorStatus;
  readonly readSystem: ReadSystem;
  readonly dashboardSettings: DashboardSettings;
  readonly paymentSimulator: PaymentSimulatorControl;
  readonly kafkaStatus: ReadKafkaStatus;
  /** Undefined where test endpoints are not enabled. */
  readonly publishTestEvent: PublishTestEvent | undefined;
  readonly deadLetters: DeadLetters;
  readonly readAudit: ReadAudit;
  readonly keys: Keys;
  readonly decodePayloads: DecodePayloads;
  readonly webhooks: Webhooks;
  readonly testWebhook: TestWebhook;
}

/** What the use cases work with; `commandTimeoutMs` is how long a command waits for its workflow. */
export interface UseCaseDependencies extends DashboardSources, ProcessorSources {
  readonly db: Database;
  readonly temporal: Client;
  /** How Temporal lets us in, and what payloads are encrypted with; plain and open where absent. */
  readonly temporalAccess?: TemporalAccess | undefined;
  readonly notifier: Notifier;
  readonly liveLog: LiveLog;
  readonly logger: Logger;
  readonly validations: ValidationCounter;
  /** Aborts when the process ends. */
  readonly stopping: AbortSignal;
  /** Reads an order through the cache; absent where there is none. */
  readonly readOrder?: ReadOrder | undefined;
  /** Takes an order that was repaired out of the cache; absent where there is none. */
  readonly forgetOrder?: ((orderId: string) => Promise<void>) | undefined;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  readonly alertLimits: AlertLimits;
  readonly commandTimeoutMs: number;
  /** Publishes to Kafka; absent where that is not configured. */
  readonly producer?: Pick<EventProducer, 'send'> | undefined;
  /** Asks Kafka how it is; absent where that is not configured. */
  readonly kafkaProbe?: KafkaProbe | undefined;
  /** Whether there are endpoints for testing; none where absent. */
  readonly testEndpoints?: boolean | undefined;
  readonly webhookSender: WebhookSender;
  /** Begins work where the server has room for it. */
  readonly beginWork: BeginWork;
  readonly webhookTimeoutMs: number;
  /** Makes and checks tracking links; absent where there is no secret. */
  readonly trackingLinks?: TrackingLinks | undefined;
  readonly readiness: CheckReadiness;
  /** Is told of an API key that was revoked; absent where keys are not asked for. */
  readonly onKeyRevoked?: ((id: string) => void) | undefined;
}

/** How long a read, or the acceptance of an order, may take, in milliseconds. */
const ANSWER_WITHIN_MS = 5000;
/** Verifying may repair every order of a page. */
const VERIFY_WITHIN_MS = 15_000;
/** Each cancels 16 orders at a time and waits for their workflows. */
const MANY_CANCELLATIONS_AT_ONCE = 4;
/** A replay waits for Kafka or a workflow, and for somebody else who replays the same. */
const REPLAY_WITHIN_MS = 25_000;

/** Makes the use cases of one process; none of them hangs, whoever is away behind them. */
export function createUseCases(dependencies: UseCaseDependencies): UseCases {
  const { db, commandTimeoutMs, webhookSender, webhookTimeoutMs, beginWork } = dependencies;
  const bounded: typeof inTime = (functions, ms) => inTime(gated(functions, beginWork), ms);
  const commands = createOrderCommands({ ...dependencies, timeoutMs: commandTimeoutMs });
  const acceptOrder = createAcceptOrder(dependencies);
  const tracking = createTracking({ db, links: dependencies.trackingLinks });
  const cancelOrders = createCancelOrders({ ...dependencies, commands });
  const beginMany = createWorkGate(MANY_CANCELLATIONS_AT_ONCE, 'cancellations of many orders');
  const handlers = createInboundHandlers({ acceptOrder, commands });
  return {
    ...bounded({ acceptOrder }, ANSWER_WITHIN_MS),
    keys: bounded(createKeys({ db, onRevoked: dependencies.onKeyRevoked }), ANSWER_WITHIN_MS),
    ...bounded({ readAudit: createReadAudit({ db }) }, ANSWER_WITHIN_MS),
    ...bounded({ decodePayloads: createDecodePayloads(dependencies.temporalAccess?.payloadKeys) }, ANSWER_WITHIN_MS),
    deadLetters: bounded(createDeadLetters({ db, producer: dependencies.producer, handlers }), REPLAY_WITHIN_MS),
    ...bounded({ demandOwnOrder: createDemandOwnOrder({ db }) }, ANSWER_WITHIN_MS),
    queries: bounded(createOrderQueries(dependencies), ANSWER_WITHIN_MS),
    ...bounded({ compareOrder: createCompareOrder({ db }) }, ANSWER_WITHIN_MS),
    verification: bounded(createVerification(dependencies), VERIFY_WITHIN_MS),
    statusViews: bounded(createStatusViews({ db }), ANSWER_WITHIN_MS),
    alerts: bounded(createAlerts({ db, limits: dependencies.alertLimits }), ANSWER_WITHIN_MS),
    products: bounded(createProducts({ db }), ANSWER_WITHIN_MS),
    rankings: bounded(createRankings({ db }), ANSWER_WITHIN_MS),
    statistics: bounded(createStatistics({ db }), ANSWER_WITHIN_MS),
    // It takes as long as it takes.
    ...gated({ rebuildStatistics: createRebuild(dependencies) }, beginWork),
    ...bounded({ processorStatus: createProcessorStatus(dependencies) }, ANSWER_WITHIN_MS),
    // Many who ask share its questions, and it is asked for most when the server has too much to do.
    readSystem: createReadSystem(dependencies),
    dashboardSettings: presentDashboardSettings(dependencies),
    paymentSimulator: bounded(createPaymentSimulatorControl(dependencies), ANSWER_WITHIN_MS),
    ...bounded({ kafkaStatus: createKafkaStatus({ db, probe: dependencies.kafkaProbe }) }, ANSWER_WITHIN_MS),
    publishTestEvent: dependencies.testEndpoints
      ? gated({ publish: createPublishTestEvent(dependencies) }, beginWork).publish
      : undefined,
    webhooks: bounded(createWebhooks({ db, sender: webhookSender }), ANSWER_WITHIN_MS),
    ...bounded({ testWebhook: createTestWebhook({ db, sender: webhookSender }) }, webhookTimeoutMs + ANSWER_WITHIN_MS),
    // A command waits for its workflow by itself and reads the order before and afterwards.
    commands: bounded(commands, commandTimeoutMs + ANSWER_WITHIN_MS),
    // Cancelling and exporting keep within times of their own.
    cancelOrders: {
      run: (orderIds, reason) => beginWork(() => beginMany(() => cancelOrders.run(orderIds, reason))),
      ...bounded({ preview: cancelOrders.preview, previewMatching: cancelOrders.previewMatching }, ANSWER_WITHIN_MS),
    },
    exportOrders: createExportOrders({ db }),
    watchOrder: createWatchOrder(dependencies),
    ...bounded({ followEvents: createFollowEvents(dependencies) }, ANSWER_WITHIN_MS),
    ...bounded({ recentEvents: createRecentEvents({ db }) }, ANSWER_WITHIN_MS),
    tracking: { ...tracking, ...bounded({ read: tracking.read }, ANSWER_WITHIN_MS) },
  };
}
