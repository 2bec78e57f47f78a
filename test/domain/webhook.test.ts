import { expect, it } from 'vitest';
import { EVENT_TYPES } from '../../domain/events.ts';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import { parseEventType, WEBHOOK_EVENT_TYPES } from '../../domain/webhook.ts';

it('every event can be asked for by its type and by its name', () => {
  for (const name of EVENT_TYPES) {
    const { type } = PUBLICATIONS[name];
    expect(WEBHOOK_EVENT_TYPES).toContain(type);
    expect(parseEventType(name)).toBe(type);
    expect(parseEventType(type)).toBe(type);
  }
});

it('all can be asked for, and nothing else', () => {
  expect(parseEventType('*')).toBe('*');
  for (const word of ['', 'order.created', 'ordercreated', 'webhook.test.v1', 'constructor', ' *'])
    expect(parseEventType(word)).toBeUndefined();
});
