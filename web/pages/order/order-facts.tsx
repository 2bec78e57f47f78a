import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Copy } from '../../elements/copy.tsx';
import { Moment } from '../../elements/moment.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { CustomerLink, OutsideLink } from './links.tsx';
import type { OrderDetails, Settings } from './order-queries.ts';

interface OrderFactsProps {
  readonly details: OrderDetails;
  readonly traceId: string | undefined;
  readonly settings: Settings | undefined;
}

/** Whose order it is, since when, and where else it can be seen. */
export function OrderFacts({ details, traceId, settings }: OrderFactsProps) {
  const { order, tracking_url: trackingUrl } = details;
  const workflowUrl = settings && workflowUrlOf(order.id, settings);
  const traceUrl = traceId === undefined ? undefined : settings?.trace_url_template?.replaceAll('{trace_id}', traceId);
  return (
    <Group gap="4px 16px">
      <span>
        of <CustomerLink id={order.customer_id} />, placed <Moment at={order.created_at} />
      </span>
      <Beside text={order.id} what="order id">
        Id
      </Beside>
      {order.approval !== 'NOT_REQUIRED' && order.status !== 'CANCELLED' && <StatusBadge status={order.approval} />}
      {workflowUrl !== undefined && <OutsideLink href={workflowUrl}>Temporal workflow</OutsideLink>}
      {traceId !== undefined && (
        <Beside text={traceId} what="trace id">
          {traceUrl === undefined ? 'Trace' : <OutsideLink href={traceUrl}>Trace</OutsideLink>}
        </Beside>
      )}
      {trackingUrl !== undefined && (
        <Beside text={trackingUrl} what="tracking link">
          <OutsideLink href={trackingUrl}>Customer’s tracking page</OutsideLink>
        </Beside>
      )}
    </Group>
  );
}

/** A name with what can be copied under it. */
function Beside({ text, what, children }: { text: string; what: string; children: ReactNode }) {
  return (
    <Group gap={2} wrap="nowrap">
      {children}
      <Copy text={text} what={what} />
    </Group>
  );
}

function workflowUrlOf(
  orderId: string,
  { temporal_ui_url: ui, temporal_namespace: namespace }: Settings,
): string | undefined {
  if (ui === undefined) return undefined;
  return `${ui.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(`order-${orderId}`)}`;
}
