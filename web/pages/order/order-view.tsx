import { Grid, Group, SimpleGrid, Stack } from '@mantine/core';
import { Page } from '../../elements/page.tsx';
import { Failed } from '../../elements/state.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { OrderActions } from './actions/order-actions.tsx';
import { DifferencesPanel } from './differences-panel.tsx';
import { EndingAlert } from './ending-alert.tsx';
import { tellEnding } from './ending.ts';
import { HistoryPanel } from './history-panel.tsx';
import { ItemsPanel } from './items-panel.tsx';
import { OrderFacts } from './order-facts.tsx';
import { type OrderDetails, useHistory, usePastOrder, useSettings } from './order-queries.ts';
import { PastBanner } from './past-banner.tsx';
import { PaymentPanel } from './payment-panel.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import { ShipmentPanel } from './shipment-panel.tsx';
import { useLookAgain } from './look-again.ts';

interface OrderViewProps {
  readonly now: OrderDetails;
  /** The version to show; the latest where absent or not reached yet. */
  readonly version: number | undefined;
  readonly onVersion: (version: number | undefined) => void;
}

/** The order as it stands, or as it stood. */
export function OrderView({ now, version, onVersion }: OrderViewProps) {
  const { id, version: latest } = now.order;
  const isPast = version !== undefined && version < latest;
  const history = useHistory(id);
  const past = usePastOrder(id, version ?? latest, isPast);
  const settings = useSettings().data;
  useLookAgain(id, now.progress);

  // Until the past has been read the page stays as it is, so that the slider keeps the focus.
  const shown = isPast ? (past.data ?? now) : now;
  const isStale = isPast && (past.data === undefined || past.isPlaceholderData);
  const isReadable = !isPast || !past.isError;
  const events = history.data?.events ?? [];
  const show = (wanted: number) => onVersion(wanted >= latest ? undefined : wanted);
  const ending = tellEnding(shown, events);

  return (
    <Page
      title={
        <Group gap="xs" component="span">
          Order {id}
          <StatusBadge status={now.order.status} />
        </Group>
      }
      name={`Order ${id}`}
      subtitle={<OrderFacts details={now} traceId={events[0]?.trace_id} settings={settings} />}
      actions={isPast ? undefined : <OrderActions details={now} />}
    >
      {isPast && (
        <PastBanner
          version={version}
          latest={latest}
          at={events[version - 1]?.occurred_at}
          onNow={() => onVersion(undefined)}
        />
      )}
      {isPast && past.isError && <Failed problem={past.error} onRetry={() => void past.refetch()} />}
      {isReadable && (
        <Stack gap="md" aria-busy={isStale} opacity={isStale ? 0.6 : 1}>
          {ending && <EndingAlert ending={ending} orderId={id} isOver={shown.order.status === 'CANCELLED'} />}
          <ProgressPanel details={shown} events={events} settings={settings} />
        </Stack>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          {isReadable && (
            <Stack gap="md" aria-busy={isStale} opacity={isStale ? 0.6 : 1}>
              {isPast && <DifferencesPanel orderId={id} version={version} currency={now.order.currency} />}
              <ItemsPanel order={shown.order} />
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
                <PaymentPanel details={shown} settings={settings} />
                <ShipmentPanel details={shown} settings={settings} />
              </SimpleGrid>
            </Stack>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <HistoryPanel
            orderId={id}
            currency={now.order.currency}
            query={history}
            version={isPast ? version : latest}
            onVersion={show}
          />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
