import { Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { Copy } from '../../elements/copy.tsx';
import { ButtonLink, PageLink } from '../../elements/links.tsx';
import { Panel } from '../../elements/panel.tsx';

const ORDER = '{"customer_id":"customer-001","items":[{"product_id":"prod-001","quantity":2}]}';

/** What there is to do while there is no order yet. */
export function FirstOrder() {
  const commands = [
    {
      what: 'Place one from the command line',
      line: `curl -s -X POST ${location.origin}/api/orders -H 'content-type: application/json' -d '${ORDER}'`,
    },
    { what: 'Let orders come in by themselves', line: 'npx steadfast generate --rate 2' },
  ];
  return (
    <Panel title="There is no order yet">
      <Stack gap="md" align="flex-start">
        <Text>This page comes to life with the first order, and follows it without being loaded again.</Text>
        <ButtonLink to="/dashboard/create-order">Create the first order</ButtonLink>
        {commands.map(({ what, line }) => (
          <Stack key={what} gap={4} w="100%">
            <Text size="sm" c="dimmed">
              {what}
            </Text>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {line}
              </Code>
              <Copy text={line} what="command" />
            </Group>
          </Stack>
        ))}
        <Group gap="xl" fz="sm">
          <PageLink to="/dashboard/products">What there is to order</PageLink>
          <Anchor href="/docs">All that the API can do</Anchor>
        </Group>
      </Stack>
    </Panel>
  );
}
