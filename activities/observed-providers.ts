/** The ports, each call measured and a part of the trace of its order. */
import { Histogram } from 'prom-client';
import { inSpan, SpanKind } from '../telemetry/spans.ts';
import type { Carrier, PaymentProvider } from './ports.ts';

const duration = new Histogram({
  name: 'steadfast_provider_call_duration_seconds',
  help: 'How long calls to the payment provider and the carrier took; unavailable where they gave no answer.',
  labelNames: ['provider', 'operation', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** The payment provider, observed. */
export function observePaymentProvider(provider: PaymentProvider): PaymentProvider {
  return {
    charge: (request, signal) => observe(['payment', 'charge'], request, () => provider.charge(request, signal)),
    refund: (request, signal) => observe(['payment', 'refund'], request, () => provider.refund(request, signal)),
  };
}

/** The carrier, observed. */
export function observeCarrier(carrier: Carrier): Carrier {
  return {
    book: (request, signal) => observe(['carrier', 'book'], request, () => carrier.book(request, signal)),
    cancel: (key, signal) => observe(['carrier', 'cancel'], { key }, () => carrier.cancel(key, signal)),
  };
}

async function observe<Result>(
  [provider, operation]: readonly [provider: 'payment' | 'carrier', operation: string],
  { key, orderId }: { readonly key: string; readonly orderId?: string },
  call: () => Promise<Result>,
): Promise<Result> {
  const attributes = {
    'peer.service': provider,
    'idempotency.key': key,
    ...(orderId !== undefined && { 'order.id': orderId }),
  };
  const end = duration.startTimer({ provider, operation });
  return inSpan(`${provider}: ${operation}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const result = await call();
      const outcome = outcomeOf(result);
      span?.setAttribute('provider.outcome', outcome);
      end({ outcome });
      return result;
    } catch (error) {
      end({ outcome: 'unavailable' });
      throw error;
    }
  });
}

/** What the provider said, such as `captured` or `declined`: one of a few words. */
function outcomeOf(result: unknown): string {
  if (typeof result === 'object' && result !== null && 'outcome' in result && typeof result.outcome === 'string')
    return result.outcome;
  return 'done';
}
