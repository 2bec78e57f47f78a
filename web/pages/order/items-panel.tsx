import { Table } from '@mantine/core';
import { Money } from '../../elements/money.tsx';
import { Panel } from '../../elements/panel.tsx';
import { ProductLink } from './links.tsx';
import type { Order } from './order-queries.ts';

/** What was ordered, at the prices of that moment. */
export function ItemsPanel({ order: { items, total_minor: total, currency } }: { order: Order }) {
  return (
    <Panel title="Items">
      <Table.ScrollContainer
        minWidth={360}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Items of the order', role: 'region' } }}
      >
        <Table aria-label="Items">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Product</Table.Th>
              <Table.Th ta="right">Unit price</Table.Th>
              <Table.Th ta="right">Quantity</Table.Th>
              <Table.Th ta="right">Sum</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ product_id: product, quantity, unit_price_minor: price }) => (
              <Table.Tr key={product}>
                <Table.Td>
                  <ProductLink id={product} />
                </Table.Td>
                <Table.Td ta="right">
                  <Money minor={price} currency={currency} />
                </Table.Td>
                <Table.Td ta="right">{quantity}</Table.Td>
                <Table.Td ta="right">
                  <Money minor={price * quantity} currency={currency} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row" colSpan={3}>
                Total
              </Table.Th>
              <Table.Th ta="right">
                <Money minor={total} currency={currency} />
              </Table.Th>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}
