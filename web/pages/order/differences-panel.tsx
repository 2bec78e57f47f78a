import { Table, Text } from '@mantine/core';
import { formatMoment } from '../../elements/moment.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { fieldWords, isTelling, valueWords } from './field-words.ts';
import { useDifferences } from './order-queries.ts';

/** What a version of the order changed against the one before. */
export function DifferencesPanel({
  orderId,
  version,
  currency,
}: {
  orderId: string;
  version: number;
  currency: string;
}) {
  const query = useDifferences(orderId, version);
  return (
    <Panel title={`What version ${version} changed`}>
      {version === 1 ? (
        <Text size="sm">The order was placed; before it there was nothing.</Text>
      ) : (
        <QueryView query={query}>
          {({ differences }) => {
            const telling = differences.filter(({ field }) => isTelling(field));
            if (telling.length === 0)
              return <Text size="sm">Nothing of the order itself; the event stands in the history.</Text>;
            return (
              <Table aria-label="Changes against the version before" layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>What</Table.Th>
                    <Table.Th>Before</Table.Th>
                    <Table.Th>After</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {telling.map(({ field, before, after }) => (
                    <Table.Tr key={field}>
                      <Table.Th scope="row" fw={400}>
                        {fieldWords(field)}
                      </Table.Th>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>{tell(field, before, currency)}</Table.Td>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>
                        <Text span inherit fw={600}>
                          {tell(field, after, currency)}
                        </Text>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            );
          }}
        </QueryView>
      )}
    </Panel>
  );
}

function tell(field: string, value: unknown, currency: string): string {
  if (/(amount|price)$/.test(field) && typeof value === 'number')
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(value);
  if (field.endsWith('estimated_delivery') && typeof value === 'string') return formatMoment(new Date(value));
  return valueWords(value);
}
