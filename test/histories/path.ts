/** What a path through the life of an order is made of. */
import type { Carrier, PaymentProvider } from '../../activities/ports.ts';
import { ProviderUnavailable } from '../../activities/ports.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { LONG_MS, type LifecycleOptions, type TestLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

/** A path: the system that it needs, and the walk, which answers the id of an order whose life is over. */
export interface Path {
  readonly name: string;
  readonly options?: LifecycleOptions;
  readonly walk: (system: TestLifecycle) => Promise<string>;
}

/** Every order waits at each stage until somebody moves it on. */
export const WAITING = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };

/** Every order waits for approval. */
export const APPROVED_BY_HAND = { ...WAITING, approvalLimit: 10 };

/** More attempts than any test makes. */
export const NEVER_GIVES_UP = { payment: 1000, carrier: 1000 };

/** Accepts an order and waits until its workflow runs; answers its id. */
export async function ordered(system: TestLifecycle, quantity = 2): Promise<string> {
  const id = await system.order(quantity);
  await until('its workflow runs', async () => (await system.queries.get(id)).version > 1);
  return id;
}

/** Waits until the workflow of an order has ended; answers the id. */
export async function settled(system: TestLifecycle, id: string): Promise<string> {
  await handle(system, id).result();
  return id;
}

/** The workflow of an order, to be sent messages as from the Temporal Web UI. */
export function handle({ temporal }: TestLifecycle, id: string) {
  return temporal.workflow.getHandle(workflowId(id));
}

/** A payment provider that does not answer its next so many calls of one kind. */
export function silentPayments(provider: PaymentProvider, kind: keyof PaymentProvider, times: number): PaymentProvider {
  return { ...provider, [kind]: silentAtFirst(provider[kind].bind(provider) as Call, times) };
}

/** A carrier that does not answer its next so many calls of one kind. */
export function silentCarrier(carrier: Carrier, kind: keyof Carrier, times: number): Carrier {
  return { ...carrier, [kind]: silentAtFirst(carrier[kind].bind(carrier) as Call, times) };
}

type Call = (request: unknown, signal: AbortSignal) => Promise<unknown>;

function silentAtFirst(call: Call, times: number): Call {
  return (request, signal) => {
    times -= 1;
    return times >= 0 ? Promise.reject(new ProviderUnavailable('no answer')) : call(request, signal);
  };
}
