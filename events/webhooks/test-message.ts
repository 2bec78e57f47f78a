import { v7 } from 'uuid';
import { TEST_EVENT_TYPE } from '../../domain/webhook.ts';

/** A message that tries out an endpoint: a CloudEvent as the others, but of no order. */
export function testMessage(endpointId: string): { id: string; body: string; traceparent: null } {
  const id = v7();
  const time = new Date().toISOString();
  const event = {
    specversion: '1.0',
    id,
    source: '/steadfast/webhooks',
    type: TEST_EVENT_TYPE,
    subject: endpointId,
    time,
    datacontenttype: 'application/json',
    data: { webhook_id: endpointId, message: 'This webhook works.' },
    timestamp: time,
  };
  return { id, body: JSON.stringify(event), traceparent: null };
}
