import { ScrollArea, Table } from '@mantine/core';
import { OrderLink } from '../../elements/order-link.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import type { Outcome } from './run-cancellation.ts';

const WORDS: Readonly<Record<Outcome['result'], string>> = {
  WOULD_CANCEL: 'Would be cancelled',
  CANCELLED: 'Cancelled',
  CANCELLING: 'Is being undone, then cancelled',
  NOT_ALLOWED: 'Not allowed',
  NOT_FOUND: 'There is no such order',
  UNAVAILABLE: 'Could not be cancelled now',
  NOT_TRIED: 'Not tried',
};

/** What becomes, or became, of each order. */
export function CancellationTable({ label, outcomes }: { label: string; outcomes: readonly Outcome[] }) {
  return (
    <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      <Table aria-label={label} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Order</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {outcomes.map(({ order_id: id, status, result, reason }) => (
            <Table.Tr key={id}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <OrderLink id={id} />
              </Table.Td>
              <Table.Td miw={120}>{status && <StatusBadge status={status} />}</Table.Td>
              <Table.Td>{reason === undefined ? WORDS[result] : `${WORDS[result]}: ${reason}`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
