import { describe, expect, it } from 'vitest';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import { type Carrier, type PaymentProvider, ProviderUnavailable } from '../../activities/ports.ts';
import { findEvents } from '../../db/order-reads.ts';
import { changePaymentRates } from '../../db/payment-rates.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

/** A provider whose calls fail before, or after, they reach the real simulator, as often as `failures` says. */
function unreliable(provider: PaymentProvider, failures: { left: number; after: boolean }): PaymentProvider {
  return {
    charge: async (request, signal) => {
      const isFailing = failures.left > 0;
      failures.left -= 1;
      if (isFailing && !failures.after) throw new ProviderUnavailable('no answer');
      const result = await provider.charge(request, signal);
      if (isFailing) throw new ProviderUnavailable('answer lost');
      return result;
    },
    refund: (request, signal) => provider.refund(request, signal),
  };
}

describe.each([
  { when: 'before the money moves', after: false },
  { when: 'after the money has moved', after: true },
])('a payment provider that fails twice $when', async ({ after }) => {
  const system = await startLifecycle({
    replace: ({ paymentProvider }) => ({ paymentProvider: unreliable(paymentProvider, { left: 2, after }) }),
  });

  it('is asked again until it answers, and the customer is charged once', async () => {
    const id = await system.order();
    const order = await system.reached(id, 'DELIVERED');
    expect(order.payment?.status).toBe('PAYMENT_COMPLETED');
    expect(await system.ledger(id)).toEqual(['charge captured']);
    const events = await findEvents(system.db, id);
    expect(events.map(({ type }) => type)).toContain('PaymentDelayed');
    const [row] = await system.db`select failed_attempts from payments where order_id = ${id}`;
    expect(row).toEqual({ failed_attempts: 2 });
  });
});

describe('a payment provider that somebody mends', async () => {
  const system = await startLifecycle({
    replace: ({ db }) => ({
      paymentProvider: createPaymentSimulator(db, { successRate: 1, throwRate: 0, isSteerable: true }),
      attempts: { payment: 100, carrier: 3 },
    }),
  });

  it('lets what waited through at its next try, charged once', async () => {
    await changePaymentRates(system.db, { throwRate: 1, actor: 'ada' });
    const id = await system.order();
    await until('it was asked in vain', async () => {
      const [row] = await system.db`select from payments where order_id = ${id} and failed_attempts > 1`;
      return row;
    });
    await changePaymentRates(system.db, { throwRate: 0, actor: 'ada' });
    await system.reached(id, 'DELIVERED');
    expect(await system.ledger(id)).toEqual(['charge captured']);
  });
});

describe.each([
  { when: 'and never takes the money', after: false, ledger: ['charge voided'], payment: 'PAYMENT_FAILED' },
  {
    when: 'though it took the money',
    after: true,
    ledger: ['charge captured', 'refund refunded'],
    payment: 'PAYMENT_REFUNDED',
  },
])('a payment provider that never answers $when', async ({ after, ledger, payment }) => {
  const system = await startLifecycle({
    replace: ({ paymentProvider }) => ({
      paymentProvider: unreliable(paymentProvider, { left: Number.POSITIVE_INFINITY, after }),
    }),
  });

  it('is given up: the order is cancelled, nothing stays captured, and stock is released', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order();
    const order = await system.reached(id, 'CANCELLED');
    expect(order).toMatchObject({ failureReason: 'PAYMENT_UNAVAILABLE', payment: { status: payment } });
    expect(await system.ledger(id)).toEqual(ledger);
    expect(await system.stock('prod-001')).toEqual(before);
  });
});

describe('an order whose payment hangs with the provider', async () => {
  const system = await startLifecycle({
    replace: ({ paymentProvider }) => ({
      paymentProvider: unreliable(paymentProvider, { left: Number.POSITIVE_INFINITY, after: true }),
      attempts: { payment: 1000, carrier: 3 },
    }),
  });

  const hanging = async (): Promise<string> => {
    const id = await system.order(1);
    await until(
      'the payment hangs',
      async () => (await system.queries.get(id)).payment?.status === 'PAYMENT_PROCESSING',
    );
    await until('the money has moved', async () => (await system.ledger(id)).includes('charge captured'));
    return id;
  };
  const failedAttempts = async (id: string): Promise<number> =>
    Number((await system.db`select failed_attempts from payments where order_id = ${id}`)[0]?.failed_attempts);
  const cancel = async (id: string): Promise<void> => {
    const order = await system.commands.cancel(id, { reason: 'took too long' });
    expect(order).toMatchObject({ failureReason: 'CANCELLED_ON_REQUEST', statusDetails: 'took too long' });
    expect(order.payment?.status).toBe('PAYMENT_REFUNDED');
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
  };

  it('can be cancelled at any moment, and gets back what was captured', async () => {
    // Some are cancelled between two attempts, some while one is under way.
    await Promise.all(
      Array.from({ length: 40 }, async (_, place) => {
        const id = await hanging();
        await until('it was tried again', async () => (await failedAttempts(id)) > place % 3);
        await cancel(id);
      }),
    );
  });

  it('gets back what was captured also when its workflow was lost and the next one is cancelled at once', async () => {
    const id = await hanging();
    await system.temporal.workflow.getHandle(workflowId(id)).terminate('lost');
    await cancel(id);
  });
});

describe('a carrier that does not answer', () => {
  const failing = (carrier: Carrier, failures: { left: number }): Carrier => ({
    ...carrier,
    book: async (request, signal) => {
      failures.left -= 1;
      if (failures.left >= 0) throw new ProviderUnavailable('no answer');
      return carrier.book(request, signal);
    },
  });

  describe('for a while', async () => {
    const system = await startLifecycle({ replace: ({ carrier }) => ({ carrier: failing(carrier, { left: 2 }) }) });
    it('is asked again until it takes the booking', async () => {
      const id = await system.order();
      expect((await system.reached(id, 'DELIVERED')).shipment).not.toBeNull();
    });
  });

  describe('at all', async () => {
    const system = await startLifecycle({
      settings: { deliveryDelayMs: LONG_MS },
      replace: ({ carrier }) => ({ carrier: failing(carrier, { left: Number.POSITIVE_INFINITY }) }),
    });
    it('is given up: the order is cancelled and refunded', async () => {
      const before = await system.stock('prod-001');
      const id = await system.order();
      const order = await system.reached(id, 'CANCELLED');
      expect(order).toMatchObject({ failureReason: 'SHIPMENT_UNAVAILABLE', shipment: null });
      expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
      expect(await system.stock('prod-001')).toEqual(before);
    });
  });
});
