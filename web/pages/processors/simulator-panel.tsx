import { Badge, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { api, client, type Schema } from '../../api/client.ts';
import { fieldErrors } from '../../api/problem.ts';
import { askActor } from '../../elements/actor.tsx';
import { Moment } from '../../elements/moment.tsx';
import { tellDone, tellRefused } from '../../elements/outcome.ts';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';

type Simulator = Schema<'PaymentSimulator'>;

const PATH = '/api/test/payment-simulator';

/** Shows how the built-in payment provider behaves, and steers it. */
export function SimulatorPanel() {
  const query = api.useQuery('get', PATH);
  return (
    <Panel id="payment-simulator" title="Payment simulator">
      <QueryView query={query} lines={3}>
        {(simulator) => (
          <SimulatorForm key={`${simulator.success_rate} ${simulator.throw_rate} ${simulator.source}`} of={simulator} />
        )}
      </QueryView>
    </Panel>
  );
}

function SimulatorForm({ of: simulator }: { of: Simulator }) {
  const queries = useQueryClient();
  const [captured, setCaptured] = useState<number | string>(toPercent(simulator.success_rate));
  const [unanswered, setUnanswered] = useState<number | string>(toPercent(simulator.throw_rate));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);

  const act = async (what: string, change: (actor: string) => Promise<{ data?: Simulator }>) => {
    const actor = await askActor();
    if (actor === undefined) return;
    setBusy(true);
    setErrors({});
    try {
      const { data } = await change(actor);
      queries.setQueryData(api.queryOptions('get', PATH).queryKey, data);
      tellDone(what, 'It counts from the next attempt of every charge that is not decided.');
    } catch (problem) {
      setErrors(fieldErrors(problem, ['success_rate', 'throw_rate']));
      tellRefused('The simulator stays as it is', problem);
    } finally {
      setBusy(false);
    }
  };
  const set = (rates: { success_rate?: number; throw_rate?: number }) =>
    act('Payment simulator set', (actor) =>
      client.PUT(PATH, { params: { header: { 'x-actor': actor } }, body: rates }),
    );
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void set({ success_rate: toShare(captured), throw_rate: toShare(unanswered) });
  };
  const reset = () =>
    act('The settings count again', (actor) => client.DELETE(PATH, { params: { header: { 'x-actor': actor } } }));

  return (
    <form onSubmit={submit} aria-label="Payment simulator">
      <Stack gap="sm">
        <Source of={simulator} />
        <Group align="flex-start" gap="md">
          <NumberInput
            label="Charges that are captured"
            description="The others are declined, which cancels the order"
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={captured}
            onChange={setCaptured}
            error={errors.success_rate}
          />
          <NumberInput
            label="Attempts that are not answered"
            description="They are tried again until the provider answers"
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={unanswered}
            onChange={setUnanswered}
            error={errors.throw_rate}
          />
        </Group>
        <Group gap="xs">
          <Button type="submit" size="xs" loading={isBusy} disabled={captured === '' || unanswered === ''}>
            Set simulator
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => void set({ throw_rate: 1 })}>
            Let the provider be away
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => void set({ success_rate: 0 })}>
            Decline every charge
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={isBusy || simulator.source === 'settings'}
            onClick={() => void reset()}
          >
            Back to the settings
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Source({ of: { source, settings, changed_by, changed_at } }: { of: Simulator }) {
  const words = `${toPercent(settings.success_rate)} % captured, ${toPercent(settings.throw_rate)} % not answered`;
  if (source === 'settings')
    return (
      <Group gap="xs">
        <Badge color="gray">By the settings</Badge>
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      </Group>
    );
  return (
    <Group gap="xs">
      <Badge color="yellow">Set by hand</Badge>
      <Text size="sm" c="dimmed" component="div">
        {changed_by !== undefined && `by ${changed_by} `}
        {changed_at !== undefined && <Moment at={changed_at} ago />}; the settings say {words}
      </Text>
    </Group>
  );
}

function toPercent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

function toShare(percent: number | string): number {
  return Math.round(Number(percent) * 100) / 10_000;
}
