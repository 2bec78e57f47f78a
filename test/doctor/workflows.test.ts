import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ChargeResult, type PaymentProvider, ProviderUnavailable } from '../../activities/ports.ts';
import { requestCancellation } from '../../db/orders.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { CHECKS } from '../../doctor/checks.ts';
import { diagnose, type Verdict } from '../../doctor/diagnosis.ts';
import { examine } from '../../doctor/examination.ts';
import type { Scene } from '../../doctor/scene.ts';
import type { PendingActivity } from '../../doctor/workflow-state.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';
import { check, makeScene, repaired } from './scene.ts';

const system = await startLifecycle({ settings: { preparationDelayMs: LONG_MS, approvalLimit: 100 } });
const { db, temporal, taskQueue, settings } = system;
/** As somebody else's settings; what had a workflow keeps its own. */
const scene = makeScene({ db, temporal, taskQueue, settings: { ...settings, preparationDelayMs: 0 } });

/** The scene of a system of a test's own. */
function sceneOf({ db, temporal, taskQueue, settings }: TestLifecycle): Scene {
  return makeScene({ db, temporal, taskQueue, settings });
}

/** An order that waits in PROCESSING. */
async function waiting(): Promise<string> {
  const id = await system.order();
  await system.reached(id, 'PROCESSING');
  await handed(id);
  return id;
}

/** Waits until the cursor of the starter is past an order. */
async function handed(id: string): Promise<void> {
  await until(`order ${id} is handed to Temporal`, async () => {
    const [row] = await db<{ isHanded: boolean }[]>`
      select (e.tx, e.position) <= (c.cursor_tx, c.cursor_position) as "isHanded"
      from order_events e, consumers c where e.order_id = ${id} and e.version = 1 and c.name = 'workflow-starter'`;
    return row?.isHanded;
  });
}

/** Lets Temporal forget a workflow, as it does with its disk. */
async function lose(id: string): Promise<void> {
  const { namespace } = temporal.options;
  await temporal.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: workflowId(id) },
  });
  const handle = temporal.workflow.getHandle(workflowId(id));
  const isGone = () =>
    handle.describe().then(
      () => false,
      () => true,
    );
  await until('the workflow is gone', isGone);
}

describe('an open order whose workflow', () => {
  it('was terminated is found, started again and goes on where it stands', async () => {
    const id = await waiting();
    const other = await waiting();
    await temporal.workflow.getHandle(workflowId(id)).terminate('by mistake');
    const [finding, ...others] = await repaired('workflows', scene);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ orderId: id, found: expect.stringContaining('was terminated') as string });
    const timer = await until('the workflow waits as before', async () => {
      const found = await diagnose(scene, id);
      return found?.workflow?.timers[0];
    });
    expect(Date.parse(timer.firesAt)).toBeGreaterThan(Date.now() + LONG_MS / 2);
    await system.commands.updateStatus(id, 'SHIPPED');
    await system.reached(id, 'DELIVERED');
    expect(await system.ledger(id)).toEqual(['charge captured']);
    expect((await system.queries.get(other)).status).toBe('PROCESSING');
  });

  it('is not there at all is found and started', async () => {
    const id = await waiting();
    await lose(id);
    const [finding] = await repaired('workflows', scene, { orderIds: [id] });
    expect(finding?.found).toBe('It has no workflow in Temporal.');
    await system.reached(id, 'DELIVERED');
  });

  it('was terminated while it undid the order goes on undoing it', async () => {
    const id = await waiting();
    await temporal.workflow.getHandle(workflowId(id)).terminate('in the middle');
    // What the workflow had written before it came to refund.
    await requestCancellation(db, id, 'SHIPMENT_UNAVAILABLE', 'no van');
    await repaired('workflows', scene, { orderIds: [id] });
    const order = await system.reached(id, 'CANCELLED');
    expect(order).toMatchObject({ failureReason: 'SHIPMENT_UNAVAILABLE', statusDetails: 'no van' });
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
  });

  it('waited for approval and is lost goes on waiting for it, whatever the limit is now', async () => {
    const id = await system.order(10);
    await until('it waits', async () => (await system.queries.get(id)).approval === 'AWAITING_APPROVAL');
    await handed(id);
    await lose(id);
    const lavish = { ...scene, settings: { ...scene.settings, approvalLimit: 1_000_000 } };
    await repaired('workflows', lavish, { orderIds: [id] });
    await until('the workflow waits', async () => (await diagnose(lavish, id))?.verdict === 'WAITS_FOR_APPROVAL');
    expect(await system.ledger(id)).toEqual([]);
    await system.commands.approve(id, { reason: 'fine' });
    await system.reached(id, 'DELIVERED');
  });

  it('has completed, because the database was restored to a time before, begins anew', async () => {
    const id = await waiting();
    await system.commands.cancel(id, { reason: 'changed my mind' });
    await system.reached(id, 'CANCELLED');
    await until(
      'the workflow is done',
      async () => (await temporal.workflow.getHandle(workflowId(id)).describe()).status.name === 'COMPLETED',
    );
    await db`alter table order_events disable trigger order_events_append_only`;
    await db`delete from order_events where order_id = ${id} and version > 3`;
    await db`alter table order_events enable trigger order_events_append_only`;
    await repaired('rows', scene, { orderIds: [id] });
    const [finding] = await repaired('workflows', scene, { orderIds: [id] });
    expect(finding?.found).toContain('has completed, though the order is open');
    await until('it moves', async () => (await system.queries.get(id)).status !== 'PENDING');
  });
});

describe('an open order that no relay hands to Temporal', () => {
  it('is started after the standstill limit, and the relay does no harm when it comes to it', async () => {
    const stopped = await startLifecycle();
    const hold = (holder: string, until: string) => stopped.db`
      insert into consumers (name, lease_holder, lease_until)
      values ('workflow-starter', ${holder}, now() + ${until}::interval)
      on conflict (name) do update set lease_holder = excluded.lease_holder, lease_until = excluded.lease_until`;
    await hold('a relay that does nothing', '1 hour');
    const id = await stopped.order();
    const patient = sceneOf(stopped);
    const impatient = { ...patient, patience: { ...patient.patience, standstillMs: 0 } };

    expect((await check('workflows', patient)).findings).toEqual([]);
    expect(await diagnose(patient, id)).toMatchObject({
      verdict: 'NOT_STARTED',
      next: expect.stringContaining(`30 s are over, steadfast doctor ${id} --repair`) as string,
    });
    const [finding, ...others] = await repaired('workflows', impatient);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ orderId: id, isRepairable: true });
    expect(finding?.found).toContain('no relay has handed it to Temporal');
    await stopped.reached(id, 'DELIVERED');

    await hold('nobody', '-1 second');
    const next = await stopped.order();
    await stopped.reached(next, 'DELIVERED');
    expect(await stopped.ledger(id)).toEqual(['charge captured']);
  });

  it('is left to a relay that moves', async () => {
    const stopped = await startLifecycle();
    await stopped.db`
      insert into consumers (name, lease_holder, lease_until)
      values ('workflow-starter', 'a slow relay', now() + interval '1 hour')
      on conflict (name) do update set lease_holder = excluded.lease_holder, lease_until = excluded.lease_until`;
    const id = await stopped.order();
    const scene = sceneOf(stopped);
    const impatient = { ...scene, patience: { ...scene.patience, standstillMs: 0 } };
    const moving = setInterval(
      () =>
        void stopped.db`update consumers set cursor_position = cursor_position + 1 where name = 'workflow-starter'`.catch(
          () => undefined,
        ),
      20,
    );
    const report = await check('workflows', impatient, { orderIds: [id] });
    clearInterval(moving);
    expect(report.findings).toEqual([]);
  });
});

describe('why an order waits', () => {
  it('is the timer of its stage, with its end and a link', async () => {
    const id = await waiting();
    const diagnosis = await until('the timer is there', async () => {
      const found = await diagnose({ ...scene, temporalUi: 'http://127.0.0.1:8233' }, id);
      return found?.verdict === 'WAITS_FOR_TIMER' ? found : undefined;
    });
    expect(diagnosis.why).toContain('preparing the shipment');
    expect(diagnosis.workflow?.url).toContain(`/namespaces/default/workflows/order-${id}/`);
    expect(Date.parse(diagnosis.workflow?.timers[0]?.firesAt ?? '')).toBeGreaterThan(Date.now());
  });

  it('is a person, until a moment', async () => {
    const id = await system.order(10);
    const diagnosis = await until('it waits', async () => {
      const found = await diagnose(scene, id);
      return found?.next.includes('denied at ') ? found : undefined;
    });
    expect(diagnosis.verdict).toBe('WAITS_FOR_APPROVAL');
    expect(diagnosis.next).toContain(`orders confirm ${id}`);
  });

  it('is nothing, where it is settled', async () => {
    const id = await waiting();
    await system.commands.cancel(id, { reason: 'too late' });
    await system.reached(id, 'CANCELLED');
    expect(await diagnose(scene, id)).toMatchObject({
      verdict: 'SETTLED',
      why: expect.stringContaining('CANCELLED_ON_REQUEST: too late') as string,
    });
  });

  it('is a task that the workers cannot do, with their words', async () => {
    const id = await waiting();
    const handle = temporal.workflow.getHandle(workflowId(id));
    await handle.terminate('to be started with what no worker understands');
    await temporal.workflow.start('CreateOrder', {
      workflowId: workflowId(id),
      taskQueue,
      args: [{ orderId: id }],
    });
    const diagnosis = await until('the task fails', async () => {
      const found = await diagnose(scene, id);
      return found?.verdict === 'WORKFLOW_TASK_FAILS' ? found : undefined;
    });
    expect(diagnosis.why).toMatch(/cannot carry its workflow on \(attempt \d+\): [A-Z_]+: .*undefined/);
    expect(diagnosis.next).toContain('the task is retried by itself');
    const impatient = { ...scene, patience: { ...scene.patience, graceMs: 0 } };
    const overdue = await check('overdue', impatient);
    expect(overdue.findings.find(({ orderId }) => orderId === id)).toMatchObject({ isNote: false });
    await handle.terminate('enough');
  });

  it('is unknown for an order that is not there', async () => {
    expect(await diagnose(scene, 'no-such-order')).toBeUndefined();
  });
});

describe('why an order waits for its payment provider', () => {
  it('is an outage, with its words, the attempts so far and when the next one comes', async () => {
    const { scene, order } = await startWithBank(() => Promise.reject(new ProviderUnavailable('bank is closed')));
    const id = await order();
    const { why, next, workflow } = await diagnosed(scene, id, 'ACTIVITY_FAILS', ({ nextAt }) => isAhead(nextAt));
    const [activity] = workflow?.activities ?? [];
    expect(activity).toMatchObject({ name: 'charge', isUnderWay: false, lastError: 'bank is closed' });
    expect(activity?.attempt).toBeGreaterThanOrEqual(2);
    expect(why).toMatch(/^"charge" failed (once|\d+ times): bank is closed\.$/);
    expect(next).toContain(`Attempt ${activity?.attempt} comes at ${activity?.nextAt}.`);
    const overdue = await check('overdue', { ...scene, patience: { ...scene.patience, graceMs: 0 } });
    expect(overdue.findings.find(({ orderId }) => orderId === id)).toMatchObject({ isNote: false });
  });

  it('is an answer that does not come, while the provider is being asked', async () => {
    const { scene, order, reached } = await startWithBank(() => answering);
    let answer!: () => void;
    const answering = new Promise<ChargeResult>((resolve) => {
      answer = () => {
        resolve({ outcome: 'captured', reference: 'late' });
      };
    });
    const id = await order();
    const { why, workflow } = await diagnosed(scene, id, 'ACTIVITY_UNDER_WAY', ({ isUnderWay }) => isUnderWay);
    expect(workflow?.activities).toMatchObject([{ name: 'charge', attempt: 1, isUnderWay: true }]);
    expect(why).toMatch(/^"charge" is under way since .*Z\.$/);
    answer();
    await reached(id, 'DELIVERED');
  });

  async function startWithBank(charge: PaymentProvider['charge']) {
    const waiting = await startLifecycle({
      replace: ({ paymentProvider }) => ({
        paymentProvider: { ...paymentProvider, charge },
        attempts: { payment: 1000, carrier: 3 },
      }),
    });
    return { ...waiting, scene: sceneOf(waiting) };
  }

  /** Waits until an order has this verdict, and its activity is as wanted. */
  function diagnosed(scene: Scene, id: string, verdict: Verdict, isWanted: (activity: PendingActivity) => boolean) {
    return until(`order ${id} is diagnosed as ${verdict}`, async () => {
      const found = await diagnose(scene, id);
      return found?.verdict === verdict && found.workflow?.activities.every(isWanted) ? found : undefined;
    });
  }

  function isAhead(moment: string | undefined): boolean {
    return moment !== undefined && Date.parse(moment) > Date.now();
  }
});

describe('workflows without work', () => {
  it('that run for no order, or for a settled one, are told', async () => {
    const settled = await waiting();
    await system.commands.cancel(settled, { reason: 'no' });
    await system.reached(settled, 'CANCELLED');
    for (const id of ['nobody', settled])
      await temporal.workflow.start('CreateOrder', {
        workflowId: workflowId(id),
        taskQueue,
        args: [{ orderId: id }],
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      });
    const impatient = { ...scene, patience: { ...scene.patience, graceMs: 0 } };
    const report = await until('both are in the index', async () => {
      const found = await check('settled-workflows', impatient);
      return found.differences === 2 ? found : undefined;
    });
    const told = new Map(report.findings.map(({ orderId, found }) => [orderId, found]));
    expect(told.get('nobody')).toContain('no such order');
    expect(told.get(settled)).toContain('is CANCELLED, but its workflow still runs');
    for (const id of ['nobody', settled]) await temporal.workflow.getHandle(workflowId(id)).terminate('enough');
  });
});

describe('a busy system', () => {
  it('gives no false alarm in 20 examinations while orders flow', { timeout: 600_000 }, async () => {
    const busy = await startLifecycle({ settings: { approvalLimit: 10_000 } });
    const scene = makeScene({
      db: busy.db,
      temporal: busy.temporal,
      taskQueue: busy.taskQueue,
      settings: busy.settings,
    });
    let isFlowing = true;
    const flow = async () => {
      for (let number = 0; isFlowing; number += 1) {
        const id = await busy.order(1 + (number % 3), number % 2 === 0 ? 'prod-001' : 'prod-002');
        if (number % 5 === 0) await busy.commands.cancel(id, { reason: 'changed my mind' }).catch(() => undefined);
        await sleep(100);
      }
    };
    const flowing = Promise.all([flow(), flow()]);
    try {
      for (let run = 0; run < 20; run += 1) {
        const { away, checks } = await examine(scene, { checks: CHECKS, isRepairing: false });
        expect(away).toEqual([]);
        const told = checks.flatMap(({ name, failure, findings }) => [
          ...(failure === undefined ? [] : [`${name}: ${failure}`]),
          ...findings.filter(({ isNote }) => isNote !== true).map(({ found }) => `${name}: ${found}`),
        ]);
        expect(told).toEqual([]);
      }
    } finally {
      isFlowing = false;
      await flowing;
    }
    const [accepted] = await busy.db<{ orders: number }[]>`select count(*)::int as orders from orders`;
    expect(accepted?.orders).toBeGreaterThan(0);
  });
});
