import { Grid, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { ButtonLink } from '../../elements/links.tsx';
import { Page } from '../../elements/page.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Attention } from './attention.tsx';
import { ByStatus } from './by-status.tsx';
import { FailureReasons } from './failure-reasons.tsx';
import { FirstOrder } from './first-order.tsx';
import { Funnel } from './funnel.tsx';
import { OrdersOverTime } from './orders-over-time.tsx';
import { RecentActivity } from './recent-activity.tsx';
import { StageTimes } from './stage-times.tsx';
import { StatCards } from './stat-cards.tsx';

/** How the shop is doing, and what needs somebody. */
export function Overview() {
  const { days = 30 } = useSearch({ from: '/' });
  const query = api.useQuery(
    'get',
    '/api/stats',
    { params: { query: { days } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title="Overview"
      actions={
        <ButtonLink to="/dashboard/create-order" leftSection={<IconPlus size={16} aria-hidden />}>
          Create an order
        </ButtonLink>
      }
    >
      <QueryView query={query} lines={12}>
        {(stats) =>
          stats.orders.total === 0 ? (
            <FirstOrder />
          ) : (
            <Stack gap="md">
              <StatCards stats={stats} />
              <Grid gap="md">
                <Grid.Col span={{ base: 12, lg: 8 }}>
                  <Stack gap="md">
                    <Attention />
                    <OrdersOverTime days={days} period={stats.period} />
                    <Funnel stages={stats.funnel} />
                    <StageTimes stages={stats.time_in_status} />
                  </Stack>
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 4 }}>
                  <Stack gap="md">
                    <ByStatus orders={stats.orders} />
                    <RecentActivity />
                    <FailureReasons reasons={stats.orders.cancelled_by_reason} />
                  </Stack>
                </Grid.Col>
              </Grid>
            </Stack>
          )
        }
      </QueryView>
    </Page>
  );
}
