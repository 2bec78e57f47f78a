import { Badge, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { Panel } from '../../elements/panel.tsx';
import type { System } from './history.ts';
import { SERVICES } from './processor-words.ts';

/** Whether everything that Steadfast leans on can be reached. What is not configured is not down. */
export function ServicesPanel({ services }: Pick<System, 'services'>) {
  const states: Readonly<Record<string, { status: 'up' | 'down'; detail?: string } | undefined>> = services;
  return (
    <Panel title="Reachability">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
        {Object.entries(SERVICES).map(([key, { name, use }]) => {
          const state = states[key];
          return (
            <Paper key={key} withBorder p="sm" role="group" aria-label={name}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Title order={3}>{name}</Title>
                <ServiceBadge status={state?.status} />
              </Group>
              <Text size="sm" c="dimmed">
                {use}
              </Text>
              {state?.detail !== undefined && <Text size="sm">{state.detail}</Text>}
            </Paper>
          );
        })}
      </SimpleGrid>
    </Panel>
  );
}

function ServiceBadge({ status }: { status: 'up' | 'down' | undefined }) {
  if (status === undefined) return <Badge color="gray">Not configured</Badge>;
  return status === 'up' ? <Badge color="teal">Up</Badge> : <Badge color="red">Down</Badge>;
}
