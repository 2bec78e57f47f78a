import { pino } from 'pino';
import { expect, it } from 'vitest';
import { requestCancellation } from '../../db/orders.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { reviveWorkflows } from '../../events/workflow-reviver.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';

it('an order whose workflow is gone gets one again and goes on where it stands', async () => {
  const system = await startLifecycle({ settings: { preparationDelayMs: LONG_MS } });
  const lost = await system.order();
  const running = await system.order();
  await system.reached(lost, 'PROCESSING');
  await system.reached(running, 'PROCESSING');
  await system.temporal.workflow.getHandle(workflowId(lost)).terminate('lost');

  const stopping = new AbortController();
  const reviving = reviveWorkflows({
    db: system.db,
    temporal: system.temporal,
    taskQueue: system.taskQueue,
    settings: { ...system.settings, preparationDelayMs: 0 },
    holder: 'test',
    logger: pino({ level: 'silent' }),
    signal: stopping.signal,
    beatMs: 50,
    graceMs: 0,
  });
  await system.reached(lost, 'DELIVERED');
  stopping.abort();
  await reviving;

  expect(await system.ledger(lost)).toEqual(['charge captured']);
  expect((await system.queries.get(running)).status).toBe('PROCESSING');
});

it('a command that comes before that to an order that is being cancelled does not move it forward', async () => {
  const system = await startLifecycle({ settings: { preparationDelayMs: LONG_MS } });
  const id = await system.order();
  await system.reached(id, 'PROCESSING');
  await system.temporal.workflow.getHandle(workflowId(id)).terminate('lost');
  await requestCancellation(system.db, id, 'CANCELLED_ON_REQUEST', 'changed my mind');

  expect(await system.commands.updateStatus(id, 'SHIPPED')).toMatchObject({ status: 'CANCELLED', shipment: null });
  expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
});
