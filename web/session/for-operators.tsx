import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useSession } from './session.tsx';

/** What customers see here: their orders have tracking pages, and programs have the API. */
export function ForOperators() {
  const { signOut } = useSession();
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack align="center" gap="sm" maw={420}>
        <Title order={1} size="h3">
          These pages are for operators
        </Title>
        <Text c="dimmed" ta="center">
          You are signed in as a customer. The link that came with an order shows where it stands.
        </Text>
        <Button variant="default" onClick={() => void signOut()}>
          Sign out
        </Button>
      </Stack>
    </Center>
  );
}
