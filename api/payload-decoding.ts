/** Showing those who look after orders what Temporal keeps encrypted. */
import type { Payload } from '@temporalio/common';
import { createPayloadCodec, type PayloadKeys } from '../events/payload-codec.ts';
import { demand, violation } from './checks.ts';

/** Decrypts payloads in their order. What was never encrypted comes back as it is; the others are named in the refusal. */
export type DecodePayloads = (payloads: readonly Payload[]) => Promise<Payload[]>;

/** Makes it for the keys that this server has. */
export function createDecodePayloads(keys: PayloadKeys = []): DecodePayloads {
  const codec = createPayloadCodec(keys);
  return async (payloads) => {
    const outcomes = await Promise.allSettled(payloads.map((payload) => codec.decode([payload])));
    demand(
      ...outcomes.map((outcome, place) =>
        outcome.status === 'fulfilled'
          ? []
          : [violation(`payloads[${place}]`, undefined, 'payload', `cannot be decrypted: ${whyOf(outcome.reason)}`)],
      ),
    );
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  };
}

/** What the codec says behind what it tells everybody: which key is missing, or that the payload was altered. */
function whyOf(refusal: unknown): string {
  const { cause } = refusal as Error;
  return cause instanceof Error ? cause.message : String(refusal);
}
