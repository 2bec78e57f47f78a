import { Alert, Button, Checkbox, Group, MultiSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useEventTypes } from './event-types.ts';

/** What a webhook is to be; `secret` only where one was given. */
export interface WebhookWish {
  readonly url: string;
  readonly event_types: string[];
  readonly secret?: string;
}

interface WebhookFormProps {
  readonly url?: string;
  /** `*` alone for every event. */
  readonly eventTypes?: readonly string[];
  /** A secret can be given only at the beginning; afterwards it is rotated. */
  readonly hasSecret: boolean;
  readonly submitLabel: string;
  /** Rejects with what the server refuses. */
  readonly onWish: (wish: WebhookWish) => Promise<void>;
}

/** The form of a webhook, with the server's words beside the fields. */
export function WebhookForm({ url = '', eventTypes = ['*'], hasSecret, submitLabel, onWish }: WebhookFormProps) {
  const known = useEventTypes();
  const [address, setAddress] = useState(url);
  const [isAll, setAll] = useState(eventTypes.includes('*'));
  const [types, setTypes] = useState(eventTypes.filter((type) => type !== '*'));
  const [secret, setSecret] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [isBusy, setBusy] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isAll && types.length === 0) {
      setErrors({ event_types: 'Choose at least one, or every event.' });
      return;
    }
    setBusy(true);
    setErrors({});
    onWish({ url: address.trim(), event_types: isAll ? ['*'] : types, ...(secret !== '' && { secret }) }).catch(
      (problem: unknown) => {
        setErrors(errorsOf(problem));
        setBusy(false);
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          label="Address"
          description="http or https, at a host that the server may reach"
          placeholder="https://example.com/hooks"
          required
          value={address}
          error={errors.url}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
          }}
        />
        <Checkbox
          label="Every event, also of types that come later"
          checked={isAll}
          onChange={(event) => {
            setAll(event.currentTarget.checked);
          }}
        />
        {!isAll && (
          <MultiSelect
            label="Types of events"
            placeholder={types.length === 0 ? 'Choose some' : ''}
            data={[...new Set([...known, ...types])]}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'Clear types' }}
            value={types}
            error={errors.event_types}
            onChange={setTypes}
          />
        )}
        {hasSecret && (
          <PasswordInput
            label="Secret"
            description="Left empty, the server makes a good one. It signs what is sent, so that the receiver can check it."
            autoComplete="off"
            value={secret}
            error={errors.secret}
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the secret' }}
            onChange={(event) => {
              setSecret(event.currentTarget.value);
            }}
          />
        )}
        {errors.other !== undefined && (
          <Alert color="red" title="Not saved" role="alert">
            {errors.other}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={isBusy}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Errors {
  readonly url?: string;
  readonly event_types?: string;
  readonly secret?: string;
  readonly other?: string;
}

/** The server's words for each field; a type is one of its list's fields (`event_types[2]`). */
function errorsOf(problem: unknown): Errors {
  if (!(problem instanceof ApiProblem)) return { other: 'Something went wrong.' };
  if (problem.violations.length === 0) return { other: problem.message };
  const errors: Record<string, string> = {};
  for (const { field, message } of problem.violations) {
    const [name = ''] = field.split('[');
    errors[['url', 'event_types', 'secret'].includes(name) ? name : 'other'] = message;
  }
  return errors;
}
