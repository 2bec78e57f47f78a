import { Alert, Button, Group, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, type Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { tellDone } from '../../elements/outcome.ts';
import { refreshProducts } from './refresh.ts';

type Way = 'adjust' | 'available';

const figures = new Intl.NumberFormat();
const WAYS = [
  { value: 'adjust', label: 'Add or take away' },
  { value: 'available', label: 'Set to a count' },
] as const;

/** Changes what is available, after showing what it was and what it will be. */
export function StockForm({ product }: { product: Schema<'SoldProduct'> }) {
  const queries = useQueryClient();
  const [way, setWay] = useState<Way>('adjust');
  const [typed, setTyped] = useState<number | string>('');
  const [problem, setProblem] = useState<unknown>();
  const [isSending, setSending] = useState(false);
  const errors = problem === undefined ? {} : fieldErrors(problem, [way]);
  const number = typeof typed === 'number' ? typed : undefined;
  const after = number === undefined ? undefined : way === 'adjust' ? product.available + number : number;

  const send = async () => {
    setSending(true);
    setProblem(undefined);
    try {
      // What is no number is sent as null, so that the server says what it should be.
      const value = number ?? Number.NaN;
      const { data } = await client.PUT('/api/products/{id}/stock', {
        params: { path: { id: product.id } },
        // What is added is right whatever happens meanwhile. A count was made of what was available when it was confirmed.
        body: way === 'adjust' ? { adjust: value } : { available: value, expected_available: product.available },
      });
      setTyped('');
      tellDone('Stock changed', `${figures.format(data?.available ?? 0)} of ${product.id} are available now.`);
    } catch (refusal) {
      setProblem(refusal);
    } finally {
      setSending(false);
      await refreshProducts(queries, product.id);
    }
  };

  const confirm = () => {
    if (after === undefined) {
      void send();
      return;
    }
    modals.openConfirmModal({
      title: `Change the stock of ${product.name}?`,
      children: (
        <Text size="sm">
          Available now: <b>{figures.format(product.available)}</b>. Afterwards: <b>{figures.format(after)}</b>.{' '}
          {way === 'adjust'
            ? 'Orders that reserve meanwhile are taken into account.'
            : 'If orders reserve meanwhile, nothing is changed and you are told.'}
        </Text>
      ),
      labels: { confirm: 'Change stock', cancel: 'Keep as it is' },
      confirmProps: { 'data-autofocus': true },
      closeButtonProps: { 'aria-label': 'Close' },
      onConfirm: () => void send(),
    });
  };

  return (
    <form
      noValidate
      aria-label="Change stock"
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <Stack gap="sm" align="flex-start">
        {errors[''] !== undefined && (
          <Alert color="orange" role="alert" title="The stock was not changed">
            {errors['']} Look at the figures above, which are the newest, and decide again.
          </Alert>
        )}
        <SegmentedControl
          size="xs"
          aria-label="How to change the stock"
          value={way}
          data={[...WAYS]}
          onChange={(value) => {
            setWay(value);
            setProblem(undefined);
          }}
        />
        <Group align="flex-start" gap="sm">
          <NumberInput
            w={220}
            label={way === 'adjust' ? 'Added to what is available' : 'Available from now on'}
            description={
              after === undefined
                ? way === 'adjust' && 'With a minus sign to take away'
                : `${figures.format(product.available)} → ${figures.format(after)} available`
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={typed}
            error={errors[way]}
            onChange={(value) => {
              setTyped(value);
              setProblem(undefined);
            }}
          />
          <Button type="submit" mt={22} loading={isSending}>
            Change stock…
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
