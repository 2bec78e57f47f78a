import { Button, Group, Text } from '@mantine/core';
import { sentence } from '../elements/words.ts';
import { useSession } from './session.tsx';

/** Who is signed in and the way out; nothing where nobody must be. */
export function SignedIn() {
  const { isRequired, caller, signOut } = useSession();
  if (!isRequired) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" visibleFrom="sm" title={caller.id}>
        {sentence(caller.role)}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void signOut()}>
        Sign out
      </Button>
    </Group>
  );
}
