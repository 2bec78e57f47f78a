/** The forms of webhooks, each in a window of its own. */
import { modals } from '@mantine/modals';
import { client } from '../../api/client.ts';
import { tellDone } from '../../elements/outcome.ts';
import type { Webhook } from './search.ts';
import { showSecretOnce } from './secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

/** Adds a webhook and shows its secret once. */
export function openNewWebhook({ onDone }: { onDone: () => void }): void {
  const modal = modals.open({
    title: 'Add a webhook',
    closeOnClickOutside: false,
    children: (
      <WebhookForm
        hasSecret
        submitLabel="Add webhook"
        onWish={async (body) => {
          const { data } = await client.POST('/api/webhooks', { body });
          modals.close(modal);
          onDone();
          if (data) showSecretOnce({ title: 'Webhook added', secret: data.secret, note: SIGNED });
        }}
      />
    ),
  });
}

/** Changes address and types of a webhook. */
export function openWebhookChange({ webhook, onDone }: { webhook: Webhook; onDone: () => void }): void {
  const modal = modals.open({
    title: 'Change the webhook',
    closeOnClickOutside: false,
    children: (
      <WebhookForm
        url={webhook.url}
        eventTypes={webhook.event_types}
        hasSecret={false}
        submitLabel="Save changes"
        onWish={async ({ url, event_types }) => {
          await client.PATCH('/api/webhooks/{id}', {
            params: { path: { id: webhook.id } },
            body: { url, event_types },
          });
          modals.close(modal);
          onDone();
          tellDone('Webhook changed', url);
        }}
      />
    ),
  });
}

const SIGNED = 'Everything that is sent there is signed with this secret.';
