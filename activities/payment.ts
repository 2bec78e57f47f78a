import type { ApplicationFailure } from '@temporalio/common';
import { ApplicationFailure as Failure } from '@temporalio/common';
import { cancellationSignal } from '@temporalio/activity';
import type { ChangeResult } from '../db/change.ts';
import { capturePayment, countFailedAttempt, delayPayment, failPayment, refundPayment } from '../db/payments.ts';
import { idempotencyKey, paymentId } from '../domain/ids.ts';
import type { PaymentMethod } from '../domain/payment-status.ts';
import type { Dependencies } from './dependencies.ts';
import { type ChargeResult, ProviderUnavailable } from './ports.ts';

/** An order to charge; the amount is in minor units. */
export interface OrderCharge {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: PaymentMethod;
  /** Why before its time, where somebody said so. */
  readonly details: string | null;
}

/**
 * How a charge went and how the order stands after it. `delayed`: the provider gave no answer yet. `unavailable`: it
 * gave none within all attempts.
 */
export interface ChargeOutcome {
  readonly outcome: 'captured' | 'declined' | 'delayed' | 'unavailable';
  readonly reason: string | null;
  readonly order: ChangeResult;
}

/** The activities that move money. */
export function createPaymentActivities({ db, notifier, paymentProvider, attempts }: Dependencies) {
  const ask = ({ orderId, details: _, ...money }: OrderCharge): Promise<ChargeResult> =>
    paymentProvider.charge({ key: idempotencyKey(orderId, 'charge'), orderId, ...money }, cancellationSignal());

  const giveBack = async (orderId: string, amountMinor: number): Promise<void> => {
    const keys = { key: idempotencyKey(orderId, 'refund'), chargeKey: idempotencyKey(orderId, 'charge') };
    const { outcome } = await paymentProvider.refund({ ...keys, orderId }, cancellationSignal());
    if (outcome === 'refunded') await refundPayment(db, orderId, { id: paymentId(orderId), amountMinor });
    notifier.wake();
  };

  const record = async (charge: OrderCharge, result: ChargeResult): Promise<ChargeOutcome> => {
    const { orderId, amountMinor, details } = charge;
    const id = paymentId(orderId);
    const order =
      result.outcome === 'captured'
        ? await capturePayment(db, orderId, { id, amountMinor, providerReference: result.reference, details })
        : await failPayment(db, orderId, id, result.reason);
    notifier.wake();
    // A worker that was cut off may charge what its workflow, going on elsewhere, has cancelled without knowing of a charge.
    if (result.outcome === 'captured' && order.status === 'CANCELLED') await giveBack(orderId, amountMinor);
    return { outcome: result.outcome, reason: result.outcome === 'declined' ? result.reason : null, order };
  };

  return {
    /** Charges at the first attempt; answers `delayed` where the provider does not. Runs as a local activity. */
    async tryCharge(charge: OrderCharge): Promise<ChargeOutcome> {
      try {
        return await record(charge, await ask(charge));
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error;
        const id = paymentId(charge.orderId);
        await countFailedAttempt(db, id, error.message);
        const order = await delayPayment(db, charge.orderId, id);
        notifier.wake();
        return { outcome: 'delayed', reason: error.message, order };
      }
    },

    /** Charges after a delay: fails, to be retried, until the provider answers or all attempts are used up. */
    async charge(charge: OrderCharge): Promise<ChargeOutcome> {
      const id = paymentId(charge.orderId);
      await delayPayment(db, charge.orderId, id);
      notifier.wake();
      try {
        return await record(charge, await ask(charge));
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error;
        const failed = await countFailedAttempt(db, id, error.message);
        if (failed < attempts.payment) throw unavailable(error);
        const order = await failPayment(db, charge.orderId, id, error.message);
        notifier.wake();
        return { outcome: 'unavailable', reason: error.message, order };
      }
    },

    /** Gives back what was captured, or makes sure that nothing will be. Fails, to be retried, on an outage. */
    refund: ({ orderId, amountMinor }: { orderId: string; amountMinor: number }): Promise<void> =>
      giveBack(orderId, amountMinor),
  };
}

/** An outage of a provider as Temporal shows and retries it. */
export function unavailable(error: ProviderUnavailable): ApplicationFailure {
  return Failure.retryable(error.message, 'ProviderUnavailable');
}
