import type { Dependencies } from './dependencies.ts';
import { createOrderActivities } from './order.ts';
import { createPaymentActivities } from './payment.ts';
import { createShipmentActivities } from './shipment.ts';

/** All activities of the `CreateOrder` workflow. */
export function createActivities(dependencies: Dependencies) {
  return {
    ...createOrderActivities(dependencies),
    ...createPaymentActivities(dependencies),
    ...createShipmentActivities(dependencies),
  };
}

/** Their types, for the workflow. */
export type Activities = ReturnType<typeof createActivities>;
