/** `/api/temporal/codec`: the codec server that the Web UI and the command line of Temporal ask for what is encrypted. */
import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { limitTo } from './rate-limits.ts';

/** Where payloads are decrypted. It changes nothing, so that pages of named origins may ask with the session of a person. */
export const DECODE_PATH = '/api/temporal/codec/decode';

const base64 = z.base64().describe('In base64');
const metadata = z.record(z.string(), base64);
// The JSON of temporal.api.common.v1.Payloads, where null is absent; fields of later versions are let through and not used.
const payload = z.object({ metadata: metadata.nullish(), data: base64.nullish() });
const payloads = z.object({ payloads: z.array(payload) });
const decodedSchema: z.ZodType = z
  .object({ payloads: z.array(z.object({ metadata, data: base64 })) })
  .meta({ id: 'DecodedPayloads' });

/** A page of the Web UI asks once for each payload of a history. */
const DECODINGS = limitTo({ name: 'decodings of payloads', aMinute: 6000 });

/** Adds the route. */
export function payloadDecodingRoutes(app: HttpApp, { decodePayloads }: UseCases): void {
  app.post(
    DECODE_PATH,
    {
      config: { access: 'admin', isRead: true, ...DECODINGS },
      schema: {
        summary: 'Decrypt payloads of Temporal',
        description:
          'What the Web UI of Temporal and `temporal --codec-endpoint …/api/temporal/codec` send to show payloads that were ' +
          'encrypted with one of PAYLOAD_ENCRYPTION_KEYS. Payloads in the open come back as they are.',
        tags: ['operations'],
        operationId: 'decodePayloads',
        body: payloads,
        response: { 200: decodedSchema, ...problems(400, 413, 415) },
      },
    },
    async (request, reply) => {
      const decoded = await decodePayloads(request.body.payloads.map(read));
      return reply.header('cache-control', 'no-store').send({ payloads: decoded.map(present) });
    },
  );
}

function read({ metadata: values, data }: z.infer<typeof payload>): Payload {
  const entries = Object.entries(values ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? '', 'base64') };
}

function present({ metadata: values, data }: Payload) {
  const entries = Object.entries(values ?? {}).map(([name, value]) => [name, toBase64(value)] as const);
  return { metadata: Object.fromEntries(entries), data: toBase64(data ?? new Uint8Array()) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
