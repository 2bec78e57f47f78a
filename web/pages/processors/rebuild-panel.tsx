import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { formatSpan } from '../../elements/moment.tsx';
import { useNow } from '../../elements/now.ts';
import { tellDone } from '../../elements/outcome.ts';
import { Panel } from '../../elements/panel.tsx';

/** Adds the statistics up anew from the whole log, and says how far that is. */
export function RebuildPanel() {
  const queries = useQueryClient();
  const rebuild = api.useMutation('post', '/api/projections/rebuild', {
    onSuccess: ({ orders, seconds }) => {
      tellDone('Statistics rebuilt', `${orders.toLocaleString()} orders in ${formatSpan(seconds * 1000)}`);
      void queries.invalidateQueries();
    },
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: 'Rebuild the statistics?',
      children: (
        <Text size="sm">
          The whole order log is added up anew, beside the figures that are shown; then the new ones take their place at
          once. Orders go on meanwhile. It takes one to two seconds for each 10,000 orders.
        </Text>
      ),
      labels: { confirm: 'Rebuild statistics', cancel: 'Leave as they are' },
      onConfirm: () => {
        rebuild.mutate({});
      },
    });
  return (
    <Panel
      title="Statistics"
      actions={
        <Button variant="default" size="xs" disabled={rebuild.isPending} onClick={confirm}>
          Rebuild statistics
        </Button>
      }
    >
      <div role="status">
        {rebuild.isPending && <UnderWay since={rebuild.submittedAt} />}
        {rebuild.isSuccess && (
          <Text size="sm">
            Rebuilt: {rebuild.data.orders.toLocaleString()} orders, {rebuild.data.events.toLocaleString()} events added
            up in {formatSpan(rebuild.data.seconds * 1000)}.
          </Text>
        )}
        {rebuild.isIdle && (
          <Text size="sm" c="dimmed">
            Figures follow the log by themselves. Rebuild them where somebody doubts one, or after a release that counts
            something more.
          </Text>
        )}
      </div>
      {rebuild.isError && (
        <Alert color="red" title="Not rebuilt" role="alert">
          {rebuild.error instanceof Error ? rebuild.error.message : 'The server refused.'}
        </Alert>
      )}
    </Panel>
  );
}

function UnderWay({ since }: { since: number }) {
  const now = useNow();
  return (
    <Group gap="xs">
      <Loader size="xs" aria-hidden />
      <Text size="sm">The log is being added up, for {formatSpan(Math.max(0, now - since))} so far…</Text>
    </Group>
  );
}
