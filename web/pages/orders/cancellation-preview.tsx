import { Alert, Button, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { Money } from '../../elements/money.tsx';
import { CancellationTable } from './cancellation-table.tsx';
import { countOrders } from './count-orders.ts';

interface CancellationPreviewProps {
  readonly preview: Schema<'BulkCancellation'>;
  /** Why the request was refused, where it was. */
  readonly problem: unknown;
  readonly onKeep: () => void;
  readonly onCancel: (ids: readonly string[], reason: string | undefined) => void;
}

/** What would happen, in the server's words, before anything does. */
export function CancellationPreview({ preview, problem, onKeep, onCancel }: CancellationPreviewProps) {
  const [reason, setReason] = useState('');
  const ids = preview.orders.filter(({ result }) => result === 'WOULD_CANCEL').map(({ order_id }) => order_id);
  const others = preview.orders.filter(({ result }) => result !== 'WOULD_CANCEL');
  const { reason: reasonError, ...errors } = problem === undefined ? {} : fieldErrors(problem, ['reason']);
  return (
    <Stack gap="sm">
      <Text fw={600} role="status">
        {ids.length === 0 ? 'None of these orders can be cancelled' : `${countOrders(ids.length)} would be cancelled`}
      </Text>
      {ids.length > 0 && (
        <List size="sm" spacing={2}>
          {preview.refunds.length === 0 && <List.Item>Nothing has been paid, so nothing is refunded</List.Item>}
          {preview.refunds.map(({ amount_minor, currency, orders }) => (
            <List.Item key={currency}>
              <Money minor={amount_minor} currency={currency} /> is refunded for {countOrders(orders)}
            </List.Item>
          ))}
          <List.Item>What is reserved for them goes back to stock</List.Item>
        </List>
      )}
      {others.length > 0 && (
        <>
          <Text size="sm">{countOrders(others.length)} would stay as they are:</Text>
          <CancellationTable label="Orders that would stay as they are" outcomes={others} />
        </>
      )}
      {ids.length > 0 && (
        <Textarea
          label="Reason"
          description="Kept in the history of each order; may stay empty"
          autosize
          maxRows={4}
          maxLength={500}
          value={reason}
          error={reasonError}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      )}
      {Object.values(errors).map((message) => (
        <Alert key={message} color="red" role="alert">
          {message}
        </Alert>
      ))}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onKeep}>
          {ids.length === 0 ? 'Close' : 'Keep them'}
        </Button>
        {ids.length > 0 && (
          <Button color="red" onClick={() => onCancel(ids, reason.trim() === '' ? undefined : reason.trim())}>
            Cancel {countOrders(ids.length)}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
