/** Where a shipment stands, from first to last; it only moves forward. */
export const SHIPMENT_STATUSES = [
  'SHIPMENT_CREATED',
  'SHIPMENT_IN_TRANSIT',
  'SHIPMENT_OUT_FOR_DELIVERY',
  'SHIPMENT_DELIVERED',
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** The later of two statuses: news that comes late never moves a shipment backwards. */
export function furtherStatus(one: ShipmentStatus, other: ShipmentStatus): ShipmentStatus {
  return SHIPMENT_STATUSES.indexOf(one) >= SHIPMENT_STATUSES.indexOf(other) ? one : other;
}
