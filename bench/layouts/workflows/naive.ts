import { proxyActivities } from '@temporalio/workflow';
import type { NaiveActivities } from '../naive-worker.ts';
import { pause } from './pause.ts';

const steps = proxyActivities<NaiveActivities>({ startToCloseTimeout: '10s' });

/** What the naive workflow is started with. */
export interface NaiveInput {
  readonly orderId: string;
  readonly delayMs: number;
}

/** The layout that comes first to mind: a workflow for each request, a regular activity for each step. */
export async function Naive({ orderId, delayMs }: NaiveInput): Promise<void> {
  const amountMinor = await steps.createOrder(orderId);
  await steps.reserve(orderId);
  await pause(delayMs);
  const providerReference = await steps.charge(orderId, amountMinor);
  await steps.recordPayment(orderId, amountMinor, providerReference);
  await pause(delayMs);
  const booking = await steps.book(orderId);
  await steps.recordShipment(orderId, booking);
  await pause(delayMs);
  await steps.deliver(orderId);
}
