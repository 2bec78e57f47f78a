import { Alert, List, Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';
import { Panel } from '../../elements/panel.tsx';

/** What it waits for and what waits for it: events of one order stay in their order. */
export function WaitingPanel({ letter: { waits_behind, waiting } }: { letter: Schema<'DeadLetterDetails'> }) {
  return (
    <Panel title="What waits behind it">
      {waits_behind !== undefined && (
        <Alert color="yellow" mb="sm" title="It waits itself">
          An earlier event of the same order has to be dealt with first:{' '}
          <PageLink to="/dashboard/dead-letters/$eventId" params={{ eventId: waits_behind }} underline="always">
            {waits_behind}
          </PageLink>
        </Alert>
      )}
      {waiting.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing.
        </Text>
      ) : (
        <List size="sm">
          {waiting.map(({ event_id, order_version, topic }) => (
            <List.Item key={event_id}>
              <PageLink
                to="/dashboard/dead-letters/$eventId"
                params={{ eventId: event_id }}
                underline="always"
                ff="monospace"
              >
                {event_id}
              </PageLink>
              , {topic}
              {order_version !== undefined && `, version ${order_version} of the order`}
            </List.Item>
          ))}
        </List>
      )}
    </Panel>
  );
}
