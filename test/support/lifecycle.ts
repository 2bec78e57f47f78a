/** A worker and a relay of a test file's own, in this process, on a database and a task queue of its own. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, inject } from 'vitest';
import { createActivities } from '../../activities/activities.ts';
import { createCarrierSimulator } from '../../activities/carrier-simulator.ts';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { createAcceptOrder } from '../../api/accept-order.ts';
import { createOrderCommands } from '../../api/order-commands.ts';
import { createOrderQueries } from '../../api/order-queries.ts';
import { createNotifier } from '../../db/notify.ts';
import { findOrder } from '../../db/order-reads.ts';
import type { LifecycleSettings } from '../../domain/lifecycle.ts';
import type { Order } from '../../domain/order.ts';
import { isSettled, type OrderStatus } from '../../domain/order-status.ts';
import { follow } from '../../events/consumer.ts';
import { createPayloadCodec, type PayloadKeys } from '../../events/payload-codec.ts';
import { listenToLog } from '../../events/wake.ts';
import { createWorkflowStarter } from '../../events/workflow-starter.ts';
import { workerOptions } from '../../worker-options.ts';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { createTestDatabase } from './database.ts';
import { until } from './until.ts';

/** Long enough that a test can act while an order waits; a test that wants it to go on says so. */
export const LONG_MS = 600_000;

/** What a test may choose. */
export interface LifecycleOptions {
  readonly settings?: Partial<LifecycleSettings>;
  /** What payloads are encrypted with, by the client as by the worker; nothing where absent. */
  readonly payloadKeys?: PayloadKeys;
  readonly simulator?: { successRate?: number; throwRate?: number };
  /** Stands in for parts of the activities' dependencies. */
  readonly replace?: (dependencies: Dependencies) => Partial<Dependencies>;
}

export type TestLifecycle = Awaited<ReturnType<typeof startLifecycle>>;

/** Starts everything between Postgres and Temporal; all of it ends with the test file. */
export async function startLifecycle(options: LifecycleOptions = {}) {
  installRuntime();
  const { db, url } = await createTestDatabase();
  const taskQueue = `orders-${randomUUID()}`;
  const address = inject('temporalAddress');
  const settings: LifecycleSettings = {
    paymentDelayMs: 50,
    preparationDelayMs: 50,
    deliveryDelayMs: 50,
    approvalLimit: 10_000,
    approvalTimeoutMs: LONG_MS,
    ...options.settings,
  };
  const connection = await Connection.connect({ address });
  const converterOf = (keys: PayloadKeys = []) => ({ payloadCodecs: [createPayloadCodec(keys)] });
  const temporal = new Client({ connection, dataConverter: converterOf(options.payloadKeys) });
  const notifier = createNotifier(db);
  const dependencies: Dependencies = {
    db,
    notifier,
    paymentProvider: createPaymentSimulator(db, { successRate: 1, throwRate: 0, ...options.simulator }),
    carrier: createCarrierSimulator(db),
    attempts: { payment: 4, carrier: 3 },
  };

  const native = await NativeConnection.connect({ address });
  const activities = createActivities({ ...dependencies, ...options.replace?.(dependencies) });
  const workflowBundle = await loadWorkflowBundle(inject('bundleCache'));
  const startWorker = async (payloadKeys = options.payloadKeys) => {
    const worker = await Worker.create({
      ...workerOptions,
      connection: native,
      taskQueue,
      maxCachedWorkflows: 100,
      workflowBundle,
      activities,
      dataConverter: converterOf(payloadKeys),
    });
    const working = worker.run();
    return async () => {
      worker.shutdown();
      await working;
    };
  };
  let stopWorker = await startWorker();

  const stopping = new AbortController();
  const wakes = listenToLog(db, () => undefined);
  const following = follow(createWorkflowStarter({ temporal, taskQueue, settings, batchSize: 100 }), {
    db,
    waker: wakes.createWaker(200),
    holder: randomUUID(),
    leaseMs: 5000,
    logger: pino({ level: 'silent' }),
    signal: stopping.signal,
  });

  afterAll(async () => {
    stopping.abort();
    await following;
    await wakes.close();
    await stopWorker();
    await native.close();
    await connection.close();
  });

  const accept = createAcceptOrder({ db, notifier });
  const reachedStatus = async (orderId: string, status: OrderStatus): Promise<Order> =>
    until(`order ${orderId} becomes ${status}`, async () => {
      const order = await findOrder(db, orderId);
      if (order && isSettled(order.status) && order.status !== status)
        throw new Error(`order ${orderId} is ${order.status} (${order.failureReason})`);
      return order?.status === status && order;
    });

  return {
    db,
    url,
    taskQueue,
    settings,
    temporal,
    accept,
    /** Replaces the worker by another one, which knows no workflow yet, and perhaps other keys. */
    restartWorker: async (payloadKeys?: PayloadKeys): Promise<void> => {
      await stopWorker();
      stopWorker = await startWorker(payloadKeys);
    },
    commands: createOrderCommands({ db, temporal, taskQueue, settings, timeoutMs: 10_000 }),
    queries: createOrderQueries({ db, temporal, settings }),
    /** Orders `quantity` of a product and answers the order's id. */
    order: async (quantity = 2, productId = 'prod-001'): Promise<string> =>
      (await accept({ customerId: 'customer-001', items: [{ productId, quantity }] })).order.id,
    reached: reachedStatus,
    /** What the simulator's ledger holds of an order, such as `['charge captured', 'refund refunded']`. */
    ledger: async (orderId: string): Promise<string[]> => {
      const rows = await db<{ entry: string }[]>`
        select kind || ' ' || outcome as entry from simulator.payment_ledger where order_id = ${orderId} order by kind`;
      return rows.map(({ entry }) => entry);
    },
    stock: async (productId: string): Promise<{ available: number; reserved: number }> => {
      const [row] = await db<{ available: number; reserved: number }[]>`
        select available, reserved from products where id = ${productId}`;
      if (!row) throw new Error(`no product ${productId}`);
      return row;
    },
  };
}

let isInstalled = false;

/** The SDK takes its settings once for each process; a test file may start several systems. */
export function installRuntime(): void {
  if (!isInstalled) Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  isInstalled = true;
}
