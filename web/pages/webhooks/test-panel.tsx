import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client.ts';
import { Panel } from '../../elements/panel.tsx';
import { formatTook } from './delivery-words.ts';

/** Sends a test event to a webhook and shows at once what came of it. */
export function TestPanel({ webhookId }: { webhookId: string }) {
  const test = api.useMutation('post', '/api/webhooks/{id}/test');
  return (
    <Panel
      title="Try it out"
      actions={
        <Button
          size="xs"
          variant="default"
          loading={test.isPending}
          onClick={() => {
            test.mutate({ params: { path: { id: webhookId } } });
          }}
        >
          Send test
        </Button>
      }
    >
      <div role="status">
        {test.isSuccess ? (
          <Outcome of={test.data} />
        ) : (
          <Text size="sm" c="dimmed">
            {test.isPending
              ? 'Sending…'
              : 'Sends an event of the type webhook.test.v1, once, also where it is disabled.'}
          </Text>
        )}
      </div>
      {test.isError && (
        <Alert color="red" title="Not sent" role="alert">
          {test.error instanceof Error ? test.error.message : 'The server refused.'}
        </Alert>
      )}
    </Panel>
  );
}

function Outcome({ of: outcome }: { of: Schema<'WebhookTest'> }) {
  const { delivered, duration_ms: ms, response_status: status, response_body: body, error } = outcome;
  return (
    <Alert color={delivered ? 'teal' : 'red'} title={delivered ? 'It arrived' : 'It did not arrive'}>
      <Stack gap="xs">
        <Text size="sm">
          {status === undefined ? 'No answer' : `Answered ${status}`} after {formatTook(ms)}
          {error !== undefined && error !== `answered ${status}` && `: ${error}`}
        </Text>
        {body !== undefined && body !== '' && <Code block>{body}</Code>}
      </Stack>
    </Alert>
  );
}
