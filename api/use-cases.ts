/** All use cases together: what REST and gRPC both call. */
import type { Client } from '@temporalio/client';
import type { Database } from '../db/client.ts';
import type { Notifier } from '../db/notify.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { LiveLog } from '../events/live-log.ts';
import { createWatchOrder, type WatchOrder } from '../events/order-watch.ts';
import { type AcceptOrder, createAcceptOrder } from './accept-order.ts';
import { bounded } from './deadline.ts';
import { createOrderCommands, type OrderCommands } from './order-commands.ts';
import { createOrderQueries, type OrderQueries } from './order-queries.ts';
import { createProducts, type Products } from './products.ts';

/** What a client can ask for. Refusals are `Failure`s, whatever the protocol. */
export interface UseCases {
  readonly acceptOrder: AcceptOrder;
  readonly queries: OrderQueries;
  readonly commands: OrderCommands;
  readonly watchOrder: WatchOrder;
  readonly products: Products;
}

/** What the use cases work with; `commandTimeoutMs` is how long a command waits for its workflow. */
export interface UseCaseDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly notifier: Notifier;
  readonly liveLog: LiveLog;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  readonly commandTimeoutMs: number;
}

/** How long a read, or the acceptance of an order, may take, in milliseconds. */
const ANSWER_WITHIN_MS = 5000;

/** Makes the use cases of one process; none of them hangs, whoever is away behind them. */
export function createUseCases(dependencies: UseCaseDependencies): UseCases {
  const { db, commandTimeoutMs } = dependencies;
  const commands = createOrderCommands({ ...dependencies, timeoutMs: commandTimeoutMs });
  return {
    ...bounded({ acceptOrder: createAcceptOrder(dependencies) }, ANSWER_WITHIN_MS),
    queries: bounded(createOrderQueries(dependencies), ANSWER_WITHIN_MS),
    products: bounded(createProducts({ db }), ANSWER_WITHIN_MS),
    // A command waits for its workflow by itself and reads the order before and afterwards.
    commands: bounded(commands, commandTimeoutMs + ANSWER_WITHIN_MS),
    watchOrder: createWatchOrder(dependencies),
  };
}
