import { Button, Center, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useState } from 'react';
import { client } from '../api/client.ts';
import { messageOf } from '../api/problem.ts';
import { SESSION_KEY } from './session-key.ts';

/** Asks for an API key or a token; afterwards one is where one was. */
export function SignIn() {
  const queries = useQueryClient();
  const [credential, setCredential] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Sign in · Steadfast';
  }, []);

  const signIn = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { data } = await client.POST('/api/session', { body: { credential: credential.trim() } });
      queries.setQueryData(SESSION_KEY, data);
    } catch (problem) {
      setError(messageOf(problem));
      setBusy(false);
    }
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={420} bg="var(--surface)">
        <form onSubmit={(event) => void signIn(event)} noValidate>
          <Stack gap="md">
            <Group gap="xs">
              <img src="/dashboard/static/icon.svg" width={28} height={28} alt="" />
              <Title order={1} size="h3">
                Sign in to Steadfast
              </Title>
            </Group>
            {/* Password managers keep a name with each password. */}
            <input type="text" name="username" autoComplete="username" value="Steadfast" readOnly hidden />
            <PasswordInput
              label="API key or token"
              description="Of an operator or an admin"
              name="password"
              autoComplete="current-password"
              autoFocus
              required
              withAsterisk={false}
              value={credential}
              error={error}
              visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed' }}
              onChange={(event) => {
                setCredential(event.currentTarget.value);
                setError(undefined);
              }}
            />
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              An admin makes keys with <code>npx steadfast keys create</code>.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
