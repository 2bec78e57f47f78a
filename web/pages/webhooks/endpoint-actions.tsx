import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { tellDone, tellRefused } from '../../elements/outcome.ts';
import { openWebhookChange } from './open-forms.tsx';
import type { Webhook } from './search.ts';
import { showSecretOnce } from './secret-once.tsx';
import { refreshWebhooks } from './use-news.ts';

/** What can be done with a webhook. */
export function EndpointActions({ webhook }: { webhook: Webhook }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id: webhook.id } };
  const refresh = () => void refreshWebhooks(queries);

  const act = async (refused: string, call: () => Promise<void>) => {
    try {
      await call();
    } catch (problem) {
      tellRefused(refused, problem);
    }
    refresh();
  };
  const setStatus = (status: Webhook['status']) =>
    act('Not changed', async () => {
      await client.PATCH('/api/webhooks/{id}', { params, body: { status } });
      tellDone(status === 'ACTIVE' ? 'Webhook enabled' : 'Webhook disabled', webhook.url);
    });
  const disable = () =>
    modals.openConfirmModal({
      title: 'Disable this webhook?',
      children: (
        <Text size="sm">
          Nothing is sent to it, and what happens meanwhile is not kept for it. What is under way waits and goes on when
          it is enabled again.
        </Text>
      ),
      labels: { confirm: 'Disable webhook', cancel: 'Leave it enabled' },
      onConfirm: () => void setStatus('DISABLED'),
    });
  const rotate = () =>
    modals.openConfirmModal({
      title: 'Set a new secret?',
      children: (
        <Text size="sm">
          The server makes a new secret and shows it once. For a day everything is signed with both, so that the
          receiver has time to change over; then the old one counts no more.
        </Text>
      ),
      labels: { confirm: 'Rotate secret', cancel: 'Keep the old one' },
      onConfirm: () =>
        void act('Not rotated', async () => {
          const { data } = await client.POST('/api/webhooks/{id}/rotate-secret', { params, body: {} });
          if (data)
            showSecretOnce({ title: 'New secret', secret: data.secret, note: 'From now on this one signs, too.' });
        }),
    });
  const remove = () =>
    modals.openConfirmModal({
      title: 'Delete this webhook?',
      children: (
        <Text size="sm">
          Nothing is sent to {webhook.url} any more, and the log of what was sent is deleted. This cannot be taken back.
        </Text>
      ),
      labels: { confirm: 'Delete webhook', cancel: 'Keep it' },
      confirmProps: { color: 'red' },
      onConfirm: () =>
        void client.DELETE('/api/webhooks/{id}', { params }).then(
          async () => {
            tellDone('Webhook deleted', webhook.url);
            await navigate({ to: '/dashboard/webhooks' });
            refresh();
          },
          (problem: unknown) => {
            tellRefused('Not deleted', problem);
          },
        ),
    });

  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          openWebhookChange({ webhook, onDone: refresh });
        }}
      >
        Change…
      </Button>
      {webhook.status === 'ACTIVE' ? (
        <Button size="xs" variant="default" onClick={disable}>
          Disable
        </Button>
      ) : (
        <Button size="xs" onClick={() => void setStatus('ACTIVE')}>
          Enable
        </Button>
      )}
      <Button size="xs" variant="default" onClick={rotate}>
        Rotate secret
      </Button>
      <Button size="xs" variant="outline" color="red" onClick={remove}>
        Delete
      </Button>
    </Group>
  );
}
