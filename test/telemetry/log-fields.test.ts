import { describe, expect, it } from 'vitest';
import { orderFields, sdkFields } from '../../telemetry/log-fields.ts';

describe('the fields of a line about an order', () => {
  it('are the order, its workflow, and its trace where that is known', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(orderFields('order-1', traceparent)).toEqual({
      order_id: 'order-1',
      workflow_id: 'order-order-1',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(orderFields('order-1')).toEqual({ order_id: 'order-1', workflow_id: 'order-order-1' });
    expect(orderFields('order-1', null)).not.toHaveProperty('trace_id');
  });

  it('are made of what the SDK of Temporal says of a workflow', () => {
    const error = new Error('no answer');
    const meta = { workflowId: 'order-7', runId: 'run', activityType: 'charge', error, trace_id: 'abc' };
    expect(sdkFields(meta)).toEqual({
      order_id: '7',
      workflow_id: 'order-7',
      run_id: 'run',
      activityType: 'charge',
      err: error,
      trace_id: 'abc',
    });
    expect(sdkFields({ workflowId: 'cleanup' })).toEqual({ workflow_id: 'cleanup' });
    expect(sdkFields()).toEqual({});
  });
});
