/** Who acts, for the audit: asked once, remembered in this browser, changed at any time. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type SyntheticEvent, useState, useSyncExternalStore } from 'react';

const REMEMBERED = 'steadfast-actor';
/** What the header X-Actor can carry. */
const NAME = /^[\x20-\x7e\xa0-\xff]{1,100}$/;
const listeners = new Set<() => void>();
let actor = recall();
/** Whoever signed in acts, whatever they call themselves. */
let signedIn: string | undefined;

/** The name of whoever acts here; undefined while nobody has said. */
export function useActor(): string | undefined {
  return useSyncExternalStore(subscribe, () => actor);
}

/** Says who signed in; undefined where nobody must. */
export function actAs(name: string | undefined): void {
  signedIn = name;
  for (const listener of listeners) listener();
}

/** The name for the header X-Actor: asks for it where nobody has said; undefined where they would not. */
export function askActor(): Promise<string | undefined> {
  const known = signedIn ?? actor;
  return known === undefined ? askAnew() : Promise.resolve(known);
}

/** Shows who acts, and lets them say or change it; nothing where they signed in. */
export function ActorSwitch() {
  const name = useActor();
  const isSignedIn = useSyncExternalStore(subscribe, () => signedIn !== undefined);
  if (isSignedIn) return null;
  return (
    <Group gap={6}>
      <Text size="sm" c="dimmed">
        {name === undefined ? 'Nobody has said who acts here' : `Acting as ${name}`}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void askAnew()}>
        {name === undefined ? 'Say who you are' : 'Change name'}
      </Button>
    </Group>
  );
}

function askAnew(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const modal = modals.open({
      title: 'Who are you?',
      onClose: () => {
        resolve(undefined);
      },
      children: (
        <ActorForm
          onName={(name) => {
            remember(name);
            resolve(name);
            modals.close(modal);
          }}
        />
      ),
    });
  });
}

function ActorForm({ onName }: { onName: (name: string) => void }) {
  const [name, setName] = useState(actor ?? '');
  const [error, setError] = useState<string>();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const given = name.trim();
    if (NAME.test(given)) onName(given);
    else setError('must be 1 to 100 letters, digits and signs of Western European languages');
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          label="Your name"
          description="It is written into the audit with everything that you do here, and remembered in this browser."
          value={name}
          error={error}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button type="submit">Use this name</Button>
        </Group>
      </Stack>
    </form>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function remember(name: string): void {
  actor = name;
  try {
    localStorage.setItem(REMEMBERED, name);
  } catch {
    // Storage may be forbidden; the name then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function recall(): string | undefined {
  try {
    return localStorage.getItem(REMEMBERED) ?? undefined;
  } catch {
    return undefined;
  }
}
