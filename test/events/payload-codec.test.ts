import { createSecretKey, randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOrder } from '../../db/order-reads.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { createPayloadCodec, type PayloadKey } from '../../events/payload-codec.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

const keyOf = (id: string): PayloadKey => ({ id, key: createSecretKey(randomBytes(32)) });
const former = keyOf('2025');
const present = keyOf('2026');
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);

describe('the codec', () => {
  const codec = createPayloadCodec([present, former]);

  test('gives back whatever it was given, and shows nothing of it meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const payload = payloadOf(value);
        const [sealed] = await codec.encode([payload]);
        expect(Buffer.from(sealed!.data!).includes(Buffer.from(payload.data!).subarray(0, 64))).toBe(
          payload.data!.length === 0,
        );
        const [read] = await codec.decode([sealed!]);
        expect(defaultPayloadConverter.fromPayload(read!)).toEqual(value);
      }),
      { numRuns: 50, examples: [['a text that is longer than a few bytes']] },
    );
  });

  test('never encrypts the same twice in the same way', async () => {
    const [one, other] = await codec.encode([payloadOf('again'), payloadOf('again')]);
    expect(Buffer.from(one!.data!)).not.toEqual(Buffer.from(other!.data!));
  });

  test('reads what a former key encrypted, and what was never encrypted', async () => {
    const [sealed] = await createPayloadCodec([former]).encode([payloadOf('old')]);
    const read = await codec.decode([sealed!, payloadOf('open')]);
    expect(read.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(['old', 'open']);
  });

  test('says which key is missing, and that something was altered, as an outage', async () => {
    const [sealed] = await codec.encode([payloadOf('secret text')]);
    await expect(createPayloadCodec([former]).decode([sealed!])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: expect.stringContaining('"2026"') as string },
    });
    const data = Buffer.from(sealed!.data!);
    data.writeUInt8(data.readUInt8(20) ^ 1, 20);
    const altered = codec.decode([{ ...sealed!, data }]);
    await expect(altered).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(altered).rejects.not.toThrow(/secret text/);
    await expect(codec.decode([{ ...sealed!, data: Buffer.from('short') }])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});

describe('orders whose payloads are encrypted', async () => {
  const steadfast = await startLifecycle({ payloadKeys: [former, present], settings: { preparationDelayMs: LONG_MS } });
  const describeWorkflow = (orderId: string) => steadfast.temporal.workflow.getHandle(workflowId(orderId)).describe();

  test('wait while a worker lacks the key, and go on when it is back', async () => {
    const orderId = await steadfast.order();
    await steadfast.reached(orderId, 'PROCESSING');
    await steadfast.restartWorker([present]);
    await expect(steadfast.commands.updateStatus(orderId, 'SHIPPED')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await describeWorkflow(orderId)).status.name).toBe('RUNNING');
    await until('Temporal tells why it waits', async () => {
      const { pendingWorkflowTask } = (await describeWorkflow(orderId)).raw as {
        pendingWorkflowTask?: { attempt?: number };
      };
      return (pendingWorkflowTask?.attempt ?? 0) > 1;
    });
    expect((await findOrder(steadfast.db, orderId))?.status).toBe('PROCESSING');

    await steadfast.restartWorker([present, former]);
    await steadfast.reached(orderId, 'DELIVERED');
  });

  test('are cancelled by commands that are encrypted, too', async () => {
    const orderId = await steadfast.order();
    await steadfast.reached(orderId, 'PROCESSING');
    const cancelled = await steadfast.commands.cancel(orderId, { reason: 'changed my mind' });
    expect(cancelled.status).toBe('CANCELLED');
    expect(await steadfast.ledger(orderId)).toEqual(['charge captured', 'refund refunded']);
  });
});
