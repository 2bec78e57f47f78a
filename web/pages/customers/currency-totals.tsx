import { Table } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { Money } from '../../elements/money.tsx';
import { Panel } from '../../elements/panel.tsx';

const figures = new Intl.NumberFormat();

/** What a customer spent in each currency. */
export function CurrencyTotals({ customer }: { customer: Schema<'Customer'> }) {
  return (
    <Panel title="Totals by currency">
      <Table.ScrollContainer
        minWidth={420}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Totals by currency' } }}
      >
        <Table aria-label="Totals by currency">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Currency</Table.Th>
              <Table.Th ta="right">Orders</Table.Th>
              <Table.Th ta="right">Spent</Table.Th>
              <Table.Th ta="right">Cancelled value</Table.Th>
              <Table.Th ta="right">Average order</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {customer.by_currency.map((total) => {
              const kept = total.orders - total.cancelled;
              const { currency } = total;
              return (
                <Table.Tr key={currency}>
                  <Table.Th scope="row">{currency}</Table.Th>
                  <Table.Td ta="right">{figures.format(total.orders)}</Table.Td>
                  <Table.Td ta="right">
                    <Money minor={total.total_spent_minor} currency={currency} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Money minor={total.cancelled_value_minor} currency={currency} />
                  </Table.Td>
                  <Table.Td ta="right">
                    {kept === 0 ? (
                      '–'
                    ) : (
                      <Money minor={Math.round(total.total_spent_minor / kept)} currency={currency} />
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}
