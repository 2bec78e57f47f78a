import { Text } from '@mantine/core';
import { useState } from 'react';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { Panel } from '../../elements/panel.tsx';
import { eventWords } from '../../elements/event-words.ts';
import { QueryView } from '../../elements/query-view.tsx';
import classes from './recent-activity.module.css';
import { type RecentEvent, useRecentEvents } from './use-recent-events.ts';

const BAD = new Set(['inventory.failed.v1', 'payment.failed.v1', 'order.denied.v1', 'order.cancelled.v1']);
const WANTS_SOMEBODY = new Set(['order.alert.v1', 'order.approval-requested.v1', 'payment.delayed.v1']);

/** What happens to orders, as it happens; it stands still while somebody points at it. */
export function RecentActivity() {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const { query, events } = useRecentEvents(isPointedAt || isFocused);
  return (
    <Panel title="Recent activity">
      <QueryView query={query} lines={8}>
        {() => (
          <div
            className={classes.scroll}
            tabIndex={0}
            role="region"
            aria-label="Latest events"
            onMouseEnter={() => setPointedAt(true)}
            onMouseLeave={() => setPointedAt(false)}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
          >
            <ul className={classes.events}>
              {events.map((event) => (
                <Event key={event.id} event={event} />
              ))}
            </ul>
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function Event({ event: { type, subject, time, data, isNew } }: { event: RecentEvent }) {
  const tone = BAD.has(type) ? classes.bad : WANTS_SOMEBODY.has(type) ? classes.wanting : classes.plain;
  return (
    <li className={isNew ? 'just-arrived' : undefined}>
      <span className={`${classes.dot ?? ''} ${tone ?? ''}`} aria-hidden />
      <div className={classes.words}>
        <Text size="sm">{eventWords(type, data)}</Text>
        <Text size="xs" c="dimmed" component="div">
          <OrderLink id={subject} /> · <Moment at={time} ago />
        </Text>
      </div>
    </li>
  );
}
