import { Badge } from '@mantine/core';
import { sentence } from './words.ts';

const COLOURS: Readonly<Record<string, string>> = {
  PENDING: 'yellow',
  PROCESSING: 'blue',
  SHIPPED: 'grape',
  DELIVERED: 'teal',
  CANCELLED: 'red',
  AWAITING_APPROVAL: 'orange',
  APPROVED: 'teal',
  DENIED: 'red',
  PAYMENT_PENDING: 'yellow',
  PAYMENT_PROCESSING: 'orange',
  PAYMENT_COMPLETED: 'teal',
  PAYMENT_FAILED: 'red',
  PAYMENT_REFUNDED: 'grape',
  SHIPMENT_CREATED: 'yellow',
  SHIPMENT_IN_TRANSIT: 'blue',
  SHIPMENT_OUT_FOR_DELIVERY: 'grape',
  SHIPMENT_DELIVERED: 'teal',
  REPLAYED: 'teal',
  FAILED: 'red',
  SKIPPED: 'gray',
};

/** A status of any closed list, in one colour everywhere. Its words say all that its colour says. */
export function StatusBadge({ status }: { status: string }) {
  return <Badge color={COLOURS[status] ?? 'gray'}>{sentence(status.replace(/^(PAYMENT|SHIPMENT)_/, ''))}</Badge>;
}
