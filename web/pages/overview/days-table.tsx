import { Table } from '@mantine/core';
import { formatDay } from '../../elements/days.ts';
import { formatMoney } from '../../elements/money.tsx';
import type { Day } from './days.ts';
import classes from './days-table.module.css';

/** The figures of a chart of days, for those who want or need them as such. */
export function DaysTable({ days }: { days: readonly Day[] }) {
  return (
    <details className={classes.details}>
      <summary>Figures of each day</summary>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label="Figures of each day">
        <Table aria-label="Orders of each day" verticalSpacing={3}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Day (UTC)</Table.Th>
              <Table.Th ta="right">Placed</Table.Th>
              <Table.Th ta="right">Delivered</Table.Th>
              <Table.Th ta="right">Cancelled</Table.Th>
              <Table.Th ta="right">Revenue</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...days].reverse().map(({ day, orders, delivered, cancelled, revenue }) => (
              <Table.Tr key={day}>
                <Table.Th scope="row" fw={400}>
                  {formatDay(day)}
                </Table.Th>
                <Table.Td ta="right">{orders}</Table.Td>
                <Table.Td ta="right">{delivered}</Table.Td>
                <Table.Td ta="right">{cancelled}</Table.Td>
                <Table.Td ta="right">
                  {revenue.map(({ currency, minor }) => formatMoney(minor, currency)).join(', ') || '–'}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </details>
  );
}
