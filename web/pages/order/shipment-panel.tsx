import { Group, Stack, Text } from '@mantine/core';
import { Copy } from '../../elements/copy.tsx';
import { Moment } from '../../elements/moment.tsx';
import { Panel } from '../../elements/panel.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { Attempts } from './attempts.tsx';
import { Fact, Facts } from '../../elements/facts.tsx';
import type { OrderDetails, Settings } from './order-queries.ts';

/** The shipment of the order, once it is booked. */
export function ShipmentPanel({ details, settings }: { details: OrderDetails; settings: Settings | undefined }) {
  const { order, shipment_info: shipment, progress } = details;
  return (
    <Panel title="Shipment">
      <Stack gap="sm">
        {shipment ? (
          <Facts>
            <Fact name="Status">
              <StatusBadge status={shipment.status} />
            </Fact>
            <Fact name="Carrier">{shipment.carrier}</Fact>
            <Fact name="Tracking number">
              <Group gap={4} wrap="nowrap">
                <span style={{ whiteSpace: 'nowrap' }}>{shipment.tracking_number}</span>
                <Copy text={shipment.tracking_number} what="tracking number" />
              </Group>
            </Fact>
            <Fact name="Location">{shipment.current_location === '' ? 'Not told yet' : shipment.current_location}</Fact>
            <Fact name="Estimated delivery">
              {shipment.estimated_delivery === undefined ? 'Not told' : <Moment at={shipment.estimated_delivery} />}
            </Fact>
          </Facts>
        ) : (
          <Text c="dimmed" size="sm">
            {order.status === 'CANCELLED'
              ? 'There was none: the order ended before.'
              : 'None yet: it is booked when the order is paid and prepared.'}
          </Text>
        )}
        {progress?.stage === 'RETRYING_BOOKING' && progress.retry && (
          <Attempts retry={progress.retry} most={settings?.attempts.carrier} />
        )}
      </Stack>
    </Panel>
  );
}
