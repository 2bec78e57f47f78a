import { Badge, Button, Code, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client, type Schema } from '../../api/client.ts';
import { Copy } from '../../elements/copy.tsx';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { tellDone, tellRefused } from '../../elements/outcome.ts';
import { QueryView } from '../../elements/query-view.tsx';
import { DELIVERY_COLOURS, DELIVERY_WORDS, formatTook } from './delivery-words.ts';
import { useDue } from './use-due.ts';
import { refreshWebhooks } from './use-news.ts';
import { AdminsOnly } from '../../session/admins-only.tsx';

/** A delivery beside the list: what is sent, and every attempt with its answer. */
export function DeliveryDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title="Delivery"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {id !== undefined && <DeliveryDetails id={id} />}
    </Drawer>
  );
}

function DeliveryDetails({ id }: { id: string }) {
  const query = api.useQuery('get', '/api/webhooks/deliveries/{delivery_id}', {
    params: { path: { delivery_id: id } },
  });
  useDue(query.data ? [query.data] : [], () => void query.refetch());
  return <QueryView query={query}>{(delivery) => <Delivery of={delivery} />}</QueryView>;
}

function Delivery({ of: delivery }: { of: Schema<'WebhookDeliveryDetails'> }) {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      await client.POST('/api/webhooks/deliveries/{delivery_id}/retry', {
        params: { path: { delivery_id: delivery.id } },
      });
      tellDone('It is sent again', 'With the same id, so that the receiver can tell.');
    } catch (problem) {
      tellRefused('Not sent again', problem);
    } finally {
      setBusy(false);
      void refreshWebhooks(queries);
    }
  };
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>{delivery.event_type}</Text>
          <Badge color={DELIVERY_COLOURS[delivery.status]}>{DELIVERY_WORDS[delivery.status]}</Badge>
        </Group>
        <AdminsOnly>
          <Button size="xs" loading={isBusy} onClick={() => void retry()}>
            Send again
          </Button>
        </AdminsOnly>
      </Group>
      <Group gap="xs">
        <Text size="sm">Order</Text>
        <OrderLink id={delivery.order_id} isWhole />
      </Group>
      <Text size="sm" component="div">
        Prepared <Moment at={delivery.created_at} />
        {delivery.finished_at !== undefined && (
          <>
            {' · over '}
            <Moment at={delivery.finished_at} />
          </>
        )}
        {delivery.next_attempt_at !== undefined && (
          <>
            {' · next try '}
            <Moment at={delivery.next_attempt_at} ago />
          </>
        )}
      </Text>
      <section aria-label="Attempts">
        <Title order={3} mb="xs">
          Attempts
        </Title>
        {delivery.attempts.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet.
          </Text>
        ) : (
          <Attempts of={delivery.attempts} />
        )}
      </section>
      <section aria-label="What is sent">
        <Group justify="space-between" mb="xs">
          <Title order={3}>What is sent</Title>
          <Copy text={delivery.body} what="body" />
        </Group>
        <Code block mah={320} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label="Body">
          {readable(delivery.body)}
        </Code>
      </section>
    </Stack>
  );
}

function Attempts({ of: attempts }: { of: Schema<'WebhookDeliveryDetails'>['attempts'] }) {
  return (
    <Table aria-label="Attempts">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>No.</Table.Th>
          <Table.Th>When</Table.Th>
          <Table.Th>Answer</Table.Th>
          <Table.Th ta="right">Took</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {attempts.toReversed().map(({ attempt, at, response_status, response_body, duration_ms, error }) => (
          <Table.Tr key={attempt}>
            <Table.Td>{attempt}</Table.Td>
            <Table.Td>
              <Moment at={at} />
            </Table.Td>
            <Table.Td>
              {response_status ?? 'None'}
              {error !== undefined && error !== `answered ${response_status}` && (
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {error}
                </Text>
              )}
              {response_body !== undefined && response_body !== '' && (
                <Code
                  block
                  mah={120}
                  style={{ overflow: 'auto' }}
                  tabIndex={0}
                  role="region"
                  aria-label={`Answer ${attempt}`}
                >
                  {response_body}
                </Code>
              )}
            </Table.Td>
            <Table.Td ta="right">{formatTook(duration_ms)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
