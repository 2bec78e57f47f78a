import { Stack } from '@mantine/core';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { ConsistencyCheck } from './consistency-check.tsx';
import { HistoryEntry } from './history-entry.tsx';
import classes from './history-panel.module.css';
import type { useHistory } from './order-queries.ts';
import { TimeSlider } from './time-slider.tsx';

interface HistoryPanelProps {
  readonly orderId: string;
  readonly currency: string;
  readonly query: ReturnType<typeof useHistory>;
  /** The version that the page shows. */
  readonly version: number;
  readonly onVersion: (version: number) => void;
}

/** Everything that has happened to the order, and the way back to any of it. */
export function HistoryPanel({ orderId, currency, query, version, onVersion }: HistoryPanelProps) {
  return (
    <Panel title="History" actions={<ConsistencyCheck orderId={orderId} />}>
      <QueryView query={query}>
        {({ events }) => (
          <Stack gap="md">
            <TimeSlider events={events} version={Math.min(version, events.length)} onVersion={onVersion} />
            <ol className={classes.events} aria-label="Events of the order">
              {events.map((event) => (
                <HistoryEntry
                  key={event.event_id}
                  event={event}
                  currency={currency}
                  place={event.version === version ? 'shown' : event.version > version ? 'later' : 'before'}
                  onShow={() => onVersion(event.version)}
                />
              ))}
            </ol>
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}
