import { describe, expect, it } from 'vitest';
import { createPaymentSimulator, type PaymentSimulatorSettings } from '../../activities/payment-simulator.ts';
import { changePaymentRates, resetPaymentRates } from '../../db/payment-rates.ts';
import { type ChargeResult, type PaymentProvider, ProviderUnavailable } from '../../activities/ports.ts';
import { idempotencyKey, makeOrderId } from '../../domain/ids.ts';
import { createTestDatabase } from '../support/database.ts';

const { db } = await createTestDatabase();
const never = new AbortController().signal;

const simulator = (settings: Partial<PaymentSimulatorSettings> = {}) =>
  createPaymentSimulator(db, { successRate: 1, throwRate: 0, ...settings });

const charge = (provider: PaymentProvider, orderId: string): Promise<ChargeResult> =>
  provider.charge(
    { key: idempotencyKey(orderId, 'charge'), orderId, amountMinor: 3998, currency: 'USD', method: 'CREDIT_CARD' },
    never,
  );
const refund = (provider: PaymentProvider, orderId: string) =>
  provider.refund(
    { key: idempotencyKey(orderId, 'refund'), chargeKey: idempotencyKey(orderId, 'charge'), orderId },
    never,
  );

/** How a charge went, with an outage as one of the outcomes. */
const tryCharge = (provider: PaymentProvider, orderId: string): Promise<string> =>
  charge(provider, orderId).then(
    ({ outcome }) => outcome,
    (error: unknown) => {
      if (error instanceof ProviderUnavailable) return 'outage';
      throw error;
    },
  );

const ledger = async (orderId: string): Promise<string[]> => {
  const rows = await db<{ entry: string }[]>`
    select kind || ' ' || outcome as entry from simulator.payment_ledger where order_id = ${orderId} order by kind`;
  return rows.map(({ entry }) => entry);
};
const forgetAll = () => db`delete from simulator.payment_ledger`;
const fixedIds = (count: number) => Array.from({ length: count }, (_, place) => `order-${place}`);
const outcomesOf = (settings: Partial<PaymentSimulatorSettings>, ids: readonly string[]) =>
  Promise.all(ids.map((id) => tryCharge(simulator(settings), id)));

describe('the decisions of the payment simulator', () => {
  it('are the same for the same orders, also on a fresh ledger', async () => {
    const settings = { successRate: 0.5, throwRate: 0.3 };
    await forgetAll();
    const first = await outcomesOf(settings, fixedIds(60));
    await forgetAll();
    expect(await outcomesOf(settings, fixedIds(60))).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['captured', 'declined', 'outage']));
  });

  it.each([
    { successRate: 0, least: 0, most: 0 },
    { successRate: 0.5, least: 120, most: 180 },
    { successRate: 1, least: 300, most: 300 },
  ])('capture a share of $successRate', async ({ successRate, least, most }) => {
    await forgetAll();
    const outcomes = await outcomesOf({ successRate }, fixedIds(300));
    const captured = outcomes.filter((outcome) => outcome === 'captured').length;
    expect(captured).toBeGreaterThanOrEqual(least);
    expect(captured).toBeLessThanOrEqual(most);
    expect(outcomes.every((outcome) => outcome !== 'outage')).toBe(true);
  });
});

describe('a charge', () => {
  it.each([
    { successRate: 1, outcome: 'captured' },
    { successRate: 0, outcome: 'declined' },
  ])('that is $outcome stands in the ledger once, however often it is asked for', async ({ successRate, outcome }) => {
    const id = makeOrderId();
    const provider = simulator({ successRate });
    const first = await charge(provider, id);
    expect(first.outcome).toBe(outcome);
    const repeats = await Promise.all(Array.from({ length: 10 }, () => charge(provider, id)));
    for (const repeat of repeats) expect(repeat).toEqual(first);
    expect(await ledger(id)).toEqual([`charge ${outcome}`]);
  });

  it('is asked for by many at once and stands in the ledger once', async () => {
    const id = makeOrderId();
    await Promise.all(Array.from({ length: 20 }, () => charge(simulator(), id)));
    expect(await ledger(id)).toEqual(['charge captured']);
  });

  it('keeps its outcome when the simulator is set otherwise', async () => {
    const id = makeOrderId();
    await charge(simulator({ successRate: 0 }), id);
    expect(await tryCharge(simulator({ successRate: 1 }), id)).toBe('declined');
  });
});

describe('a provider with outages', () => {
  it('never answers where every attempt meets one', async () => {
    const provider = simulator({ throwRate: 1 });
    const id = makeOrderId();
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await tryCharge(provider, id)).toBe('outage');
    expect((await ledger(id)).length).toBe(1);
  });

  it('answers in the end where half of the attempts meet one, and charges at most once', async () => {
    await forgetAll();
    const provider = simulator({ successRate: 0.7, throwRate: 0.5 });
    await Promise.all(
      fixedIds(60).map(async (id) => {
        let outcome = 'outage';
        for (let attempt = 0; attempt < 50 && outcome === 'outage'; attempt += 1)
          outcome = await tryCharge(provider, id);
        expect(outcome).not.toBe('outage');
        expect(await ledger(id)).toEqual([`charge ${outcome}`]);
        for (let repeat = 0; repeat < 5; repeat += 1)
          expect(['outage', outcome]).toContain(await tryCharge(provider, id));
        expect(await ledger(id)).toEqual([`charge ${outcome}`]);
      }),
    );
  });

  it('loses some answers after the money has moved, and some charges before it', async () => {
    await forgetAll();
    await outcomesOf({ throwRate: 1 }, fixedIds(60));
    const rows = await db<{ outcome: string }[]>`select distinct outcome from simulator.payment_ledger`;
    expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['captured', 'outage']);
  });
});

describe('a provider that is steered while it runs', () => {
  const steered = () => simulator({ isSteerable: true });
  const steer = (rates: Partial<PaymentSimulatorSettings>) => changePaymentRates(db, { ...rates, actor: 'ada' });

  it('is away from the next attempt on, and answers again from the next one after', async () => {
    const id = makeOrderId();
    await steer({ throwRate: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await tryCharge(steered(), id)).toBe('outage');
    await steer({ throwRate: 0 });
    expect(await tryCharge(steered(), id)).toBe('captured');
    expect(await ledger(id)).toEqual(['charge captured']);
  });

  it('decides as settings of the same rates would, order by order', async () => {
    await forgetAll();
    const rates = { successRate: 0.5, throwRate: 0.3 };
    const bySettings = await outcomesOf(rates, fixedIds(60));
    await forgetAll();
    await steer(rates);
    expect(await outcomesOf({ isSteerable: true }, fixedIds(60))).toEqual(bySettings);
  });

  it('keeps what was decided, and what one does not set stays as it is', async () => {
    await resetPaymentRates(db, 'ada');
    const [declined, later] = [makeOrderId(), makeOrderId()];
    await steer({ successRate: 0 });
    expect(await tryCharge(steered(), declined)).toBe('declined');
    await steer({ throwRate: 0 });
    expect(await tryCharge(steered(), later)).toBe('declined');
    await resetPaymentRates(db, 'ada');
    expect(await tryCharge(steered(), declined)).toBe('declined');
    expect(await tryCharge(steered(), makeOrderId())).toBe('captured');
  });

  it('goes by its settings where it may not be steered', async () => {
    await steer({ successRate: 0, throwRate: 1 });
    expect(await tryCharge(simulator(), makeOrderId())).toBe('captured');
    await resetPaymentRates(db, 'ada');
  });
});

describe('a refund', () => {
  it('gives back what was captured, once, however often it is asked for', async () => {
    const id = makeOrderId();
    await charge(simulator(), id);
    const repeats = await Promise.all(Array.from({ length: 10 }, () => refund(simulator(), id)));
    for (const repeat of repeats) expect(repeat).toEqual({ outcome: 'refunded' });
    expect(await ledger(id)).toEqual(['charge captured', 'refund refunded']);
    const [row] = await db`
      select amount_minor, currency from simulator.payment_ledger where order_id = ${id} and kind = 'refund'`;
    expect(row).toEqual({ amount_minor: 3998, currency: 'USD' });
  });

  it('of what was declined has nothing to give back', async () => {
    const id = makeOrderId();
    await charge(simulator({ successRate: 0 }), id);
    expect(await refund(simulator(), id)).toEqual({ outcome: 'voided' });
    expect(await ledger(id)).toEqual(['charge declined']);
  });

  it('of what was never charged makes sure that it never is', async () => {
    const id = makeOrderId();
    expect(await refund(simulator(), id)).toEqual({ outcome: 'voided' });
    expect(await charge(simulator(), id)).toEqual({ outcome: 'declined', reason: 'the charge was voided' });
    expect(await refund(simulator(), id)).toEqual({ outcome: 'voided' });
    expect(await ledger(id)).toEqual(['charge voided']);
  });

  it('after outages alone gives back what had moved, and voids what had not', async () => {
    await forgetAll();
    const ids = fixedIds(40);
    await outcomesOf({ throwRate: 1 }, ids);
    await Promise.all(ids.map((id) => refund(simulator(), id)));
    const entries = await Promise.all(ids.map(async (id) => (await ledger(id)).join(', ')));
    expect(new Set(entries)).toEqual(new Set(['charge captured, refund refunded', 'charge voided']));
    expect((await outcomesOf({}, ids)).filter((outcome) => outcome === 'declined').length).toBe(
      entries.filter((entry) => entry === 'charge voided').length,
    );
  });

  it('that races with the charge leaves nothing captured that is not given back', async () => {
    for (let round = 0; round < 30; round += 1) {
      const id = makeOrderId();
      const [charged, refunded] = await Promise.all([tryCharge(simulator(), id), refund(simulator(), id)]);
      expect(await ledger(id)).toEqual(
        refunded.outcome === 'refunded' ? ['charge captured', 'refund refunded'] : ['charge voided'],
      );
      expect(charged).toBe(refunded.outcome === 'refunded' ? 'captured' : 'declined');
    }
  });
});
