import { Group, Stack, Text } from '@mantine/core';
import { Copy } from '../../elements/copy.tsx';
import { Money } from '../../elements/money.tsx';
import { Panel } from '../../elements/panel.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { sentence } from '../../elements/words.ts';
import { Attempts } from './attempts.tsx';
import { Fact, Facts } from '../../elements/facts.tsx';
import type { OrderDetails, Settings } from './order-queries.ts';
import { SimulatorHint } from './simulator-hint.tsx';

/** The payment of the order, once there is one. */
export function PaymentPanel({ details, settings }: { details: OrderDetails; settings: Settings | undefined }) {
  const { order, payment_info: payment, progress } = details;
  return (
    <Panel title="Payment">
      {payment ? (
        <Stack gap="sm">
          <Facts>
            <Fact name="Status">
              <StatusBadge status={payment.status} />
            </Fact>
            <Fact name="Amount">
              <Money minor={payment.amount_minor} currency={payment.currency} />
            </Fact>
            <Fact name="Method">{sentence(payment.payment_method)}</Fact>
            <Fact name="Payment id">
              <Group gap={4} wrap="nowrap">
                <Text span inherit truncate title={payment.payment_id}>
                  {payment.payment_id}
                </Text>
                <Copy text={payment.payment_id} what="payment id" />
              </Group>
            </Fact>
          </Facts>
          {progress?.stage === 'RETRYING_PAYMENT' && progress.retry && (
            <Attempts retry={progress.retry} most={settings?.attempts.payment} />
          )}
          {settings?.test_endpoints === true && isInTrouble(details) && <SimulatorHint />}
        </Stack>
      ) : (
        <Text c="dimmed" size="sm">
          {order.status === 'CANCELLED'
            ? 'There was none: the order ended before.'
            : 'None yet: it begins when the stock is reserved.'}
        </Text>
      )}
    </Panel>
  );
}

function isInTrouble({ payment_info: payment }: OrderDetails): boolean {
  return payment?.status === 'PAYMENT_FAILED' || payment?.status === 'PAYMENT_PROCESSING';
}
