import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client, type Schema } from '../../../api/client.ts';
import { fieldErrors } from '../../../api/problem.ts';
import { sentence } from '../../../elements/words.ts';
import type { OrderDetails } from '../order-queries.ts';
import { ActionForm } from './action-form.tsx';
import { useAction } from './use-action.ts';

type ShipmentStatus = Schema<'ShipmentInfo'>['status'];

/** Where a carrier's shipment may come to; it never goes back. */
const STATUSES: readonly ShipmentStatus[] = ['SHIPMENT_IN_TRANSIT', 'SHIPMENT_OUT_FOR_DELIVERY', 'SHIPMENT_DELIVERED'];
const FIELDS = ['location', 'status', 'estimated_delivery'];

interface LocationDialogProps {
  /** The order as it stood when the dialog was opened. */
  readonly asked: OrderDetails;
  readonly now: OrderDetails;
  readonly onClose: () => void;
}

/** Takes news of the carrier by hand. */
export function LocationDialog({ asked, now, onClose }: LocationDialogProps) {
  const shipment = asked.shipment_info;
  const [location, setLocation] = useState('');
  const [status, setStatus] = useState<ShipmentStatus | ''>('');
  const [expected, setExpected] = useState('');
  const { mutate, isPending, error } = useAction({
    orderId: asked.order.id,
    send: async () => {
      const body = {
        location: location.trim(),
        ...(status === '' ? {} : { status }),
        // What is typed is in the zone of whoever types.
        ...(expected === '' ? {} : { estimated_delivery: new Date(expected).toISOString() }),
      };
      const path = { id: shipment?.shipment_id ?? '' };
      return (await client.POST('/api/shipments/{id}/location', { params: { path }, body })).data;
    },
    done: 'The news is recorded',
    onDone: onClose,
  });
  const isStale = !isPending && now.order.status !== asked.order.status;
  const errors = fieldErrors(error, FIELDS);
  return (
    <ActionForm
      name="Update location"
      now={now}
      isStale={isStale}
      isPending={isPending}
      error={error}
      fault={errors['']}
      onSubmit={() => mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label="Location"
        placeholder="Hub Leipzig"
        data-autofocus
        required
        value={location}
        onChange={(event) => setLocation(event.currentTarget.value)}
        error={errors.location}
      />
      <NativeSelect
        label="Status"
        description="A shipment only moves forward; delivered completes the order"
        value={status}
        onChange={(event) => setStatus(event.currentTarget.value as ShipmentStatus | '')}
        error={errors.status}
        data={[
          { value: '', label: 'As it is' },
          ...STATUSES.map((value) => ({ value, label: sentence(value.replace('SHIPMENT_', '')) })),
        ]}
      />
      <TextInput
        type="datetime-local"
        label="Estimated delivery"
        description="In your time zone; may be left empty"
        value={expected}
        onChange={(event) => setExpected(event.currentTarget.value)}
        error={errors.estimated_delivery}
      />
    </ActionForm>
  );
}
