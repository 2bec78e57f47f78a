import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { Copy } from '../../elements/copy.tsx';

/** Shows a secret this once; it closes only by its button, so that nobody loses it by accident. */
export function showSecretOnce({ title, secret, note }: { title: string; secret: string; note: string }): void {
  const modal = modals.open({
    title,
    closeOnClickOutside: false,
    closeOnEscape: false,
    withCloseButton: false,
    children: (
      <Stack gap="sm">
        <Text size="sm">{note} It is shown only now: copy it to where the receiver finds it.</Text>
        <Group gap="xs" wrap="nowrap">
          <Code
            block
            style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
            aria-label="Secret"
            role="group"
          >
            {secret}
          </Code>
          <Copy text={secret} what="secret" />
        </Group>
        <Group justify="flex-end">
          <Button
            data-autofocus
            onClick={() => {
              modals.close(modal);
            }}
          >
            I have stored it
          </Button>
        </Group>
      </Stack>
    ),
  });
}
