import { Code, Table, Title } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { Copy } from '../../elements/copy.tsx';
import { Panel } from '../../elements/panel.tsx';

/** What it carries, to be read and copied; nothing can be changed. */
export function PayloadPanel({
  letter: { payload, payload_encoding, headers },
}: {
  letter: Schema<'DeadLetterDetails'>;
}) {
  const text = payload_encoding === 'json' ? JSON.stringify(payload, undefined, 2) : String(payload);
  return (
    <Panel title="What it carries" actions={<Copy text={text} what="payload" />}>
      <Code block mah={420} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label="Payload">
        {text === '' ? '(nothing)' : text}
      </Code>
      {payload_encoding === 'base64' && 'It is no text; shown in base64.'}
      {Object.keys(headers).length > 0 && (
        <>
          <Title order={3} mt="sm" mb={4}>
            Headers
          </Title>
          <Table aria-label="Headers" layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={180}>Name</Table.Th>
                <Table.Th>Value</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {Object.entries(headers).map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {value}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Panel>
  );
}
