/** The gate that a change of the workflow must pass: every recorded history goes on with the code of today. */
import { describe, expect, inject, it } from 'vitest';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { paths } from '../histories/paths.ts';
import { bundleWith, type Edit } from './edited-workflow.ts';
import { replay, survived, walked } from './recorded.ts';

const recordings = [...walked, ...survived];

describe('the recorded histories', () => {
  it('hold one of every path', () => {
    expect(walked.map(({ name }) => name).sort()).toEqual(paths.map(({ name }) => name).sort());
  });

  it.each(recordings)('go on with the workflow of today: $name', async (recording) => {
    expect(await replay([recording], await loadWorkflowBundle(inject('bundleCache')))).toEqual({});
  });
});

describe('the gate', () => {
  it('lets an untouched copy of the workflow pass, and one that is only worded otherwise', async () => {
    expect(await replay(recordings, await bundleWith([]))).toEqual({});
    const reworded = await bundleWith([['workflows/stages.ts', "'reserving stock'", "'setting the goods aside'"]]);
    expect(await replay(recordings, reworded)).toEqual({});
  });

  it.each<{ edit: string; edits: readonly Edit[]; breaks: string }>([
    {
      edit: 'stages in another order',
      edits: [
        ['workflows/create-order.ts', '[awaitApproval, reserve, pay, ship]', '[awaitApproval, pay, reserve, ship]'],
      ],
      breaks: 'delivered',
    },
    {
      edit: 'an activity that is no longer called',
      edits: [
        [
          'workflows/compensation.ts',
          'take(state, await statements.requestCancellation(orderId, failureReason, details));',
          '',
        ],
        ['workflows/compensation.ts', 'if (state.compensations.length > 0)\n', ''],
      ],
      breaks: 'cancelled-while-processing',
    },
    {
      edit: 'an activity more',
      edits: [
        [
          'workflows/stages.ts',
          "enterStage(state, 'booking the shipment');",
          "enterStage(state, 'booking the shipment');\n  take(state, await statements.reserveStock(orderId));",
        ],
      ],
      breaks: 'delivered',
    },
    {
      edit: 'a wait more',
      edits: [
        [
          'workflows/stages.ts',
          "enterStage(state, 'delivering');",
          "enterStage(state, 'delivering');\n  await condition(() => false, 1000);",
        ],
      ],
      breaks: 'delivered',
    },
    {
      edit: 'a condition that is met otherwise',
      edits: [['workflows/stages.ts', 'if (milliseconds <= 0) return;', 'if (milliseconds < 1000) return;']],
      breaks: 'delivered',
    },
    {
      edit: 'an activity that runs elsewhere',
      edits: [['workflows/activity-options.ts', 'statements = proxyLocalActivities', 'statements = proxyActivities']],
      breaks: 'delivered',
    },
    {
      edit: 'a regular activity that is not tried any more',
      edits: [
        [
          'workflows/stages.ts',
          "if (!result || result.outcome === 'delayed') {",
          "if (!result || result.outcome !== 'delayed') {",
        ],
      ],
      breaks: 'payment-outage-then-success',
    },
    {
      edit: 'compensations in another order',
      edits: [['workflows/compensation.ts', 'state.compensations.reverse()', 'state.compensations']],
      breaks: 'carrier-unavailable',
    },
  ])('goes red for $edit', async ({ edits, breaks }) => {
    const failed = await replay(walked, await bundleWith(edits));
    expect(Object.keys(failed)).toContain(breaks);
  });
});
