import { Alert, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { client, type Schema } from '../../../api/client.ts';
import { ApiProblem, fieldErrors } from '../../../api/problem.ts';
import { sentence } from '../../../elements/words.ts';
import type { OrderDetails } from '../order-queries.ts';
import { MovedOn } from './moved-on.tsx';
import { hasMovedOn, useAction } from './use-action.ts';

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
  const isRefused = hasMovedOn(error);
  const errors = fieldErrors(error, FIELDS);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title="Update location" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {isRefused || isStale ? (
            <MovedOn now={now} said={isRefused && error instanceof ApiProblem ? error.message : undefined} />
          ) : (
            <>
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
              {errors[''] !== undefined && (
                <Alert color="red" title="That did not work" role="alert">
                  {errors['']}
                </Alert>
              )}
            </>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {isRefused || isStale ? 'Close' : 'Keep as it is'}
            </Button>
            {!isRefused && !isStale && (
              <Button type="submit" loading={isPending}>
                Update location
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
