import { Button, Group, MultiSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { DelayedText } from '../../elements/delayed-text.tsx';
import { reasonWords } from '../../elements/event-words.ts';
import { sentence } from '../../elements/words.ts';
import { APPROVALS, FAILURE_REASONS, ORDER_STATUSES } from './closed-lists.ts';
import { fromLocal, toLocal } from './local-time.ts';
import type { OrdersFilter } from './search.ts';
import type { OrdersView } from './use-orders-view.ts';

interface FiltersProps {
  readonly view: OrdersView;
  /** The server's words by field. */
  readonly errors: Readonly<Record<string, string>>;
}

const RARE: readonly (keyof OrdersFilter)[] = [
  'approval',
  'failure_reason',
  'customer_id',
  'created_from',
  'created_to',
  'min_total',
  'max_total',
];

/** The fields that orders are filtered by. */
export function Filters({ view: { filter, change }, errors }: FiltersProps) {
  const [isWide, setWide] = useState(() => RARE.some((name) => filter[name] !== undefined));
  const id = useId();
  return (
    <Stack gap="sm" role="search" aria-label="Orders">
      <Group gap="sm" align="flex-end">
        <DelayedText
          label="Search"
          placeholder="Start of an order id, or a customer"
          type="search"
          leftSection={<IconSearch size={15} aria-hidden />}
          style={{ flex: '2 1 240px' }}
          value={filter.search ?? ''}
          error={errors.search}
          onText={(search) => change({ search }, { replace: filter.search !== undefined })}
        />
        <MultiSelect
          label="Status"
          placeholder={filter.status ? '' : 'Any'}
          style={{ flex: '1 1 200px' }}
          clearable
          clearButtonProps={{ 'aria-label': 'Clear status' }}
          data={ORDER_STATUSES.map((value) => ({ value, label: sentence(value) }))}
          value={filter.status ?? []}
          error={errors.status}
          onChange={(status) => change({ status: known(ORDER_STATUSES, status) })}
        />
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}
          aria-expanded={isWide}
          {...(isWide && { 'aria-controls': id })}
          onClick={() => setWide(!isWide)}
        >
          More filters
        </Button>
      </Group>
      {isWide && (
        <SimpleGrid id={id} cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="sm" verticalSpacing="sm">
          <RareFilters filter={filter} change={change} errors={errors} />
        </SimpleGrid>
      )}
    </Stack>
  );
}

interface RareFiltersProps extends Pick<FiltersProps, 'errors'> {
  readonly filter: OrdersFilter;
  readonly change: OrdersView['change'];
}

function RareFilters({ filter, change, errors }: RareFiltersProps) {
  return (
    <>
      <MultiSelect
        label="Approval"
        placeholder={filter.approval ? '' : 'Any'}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear approval' }}
        data={APPROVALS.map((value) => ({ value, label: sentence(value) }))}
        value={filter.approval ?? []}
        error={errors.approval}
        onChange={(approval) => change({ approval: known(APPROVALS, approval) })}
      />
      <MultiSelect
        label="Cancelled because"
        placeholder={filter.failure_reason ? '' : 'Any reason'}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear reasons' }}
        data={FAILURE_REASONS.map((value) => ({ value, label: reasonWords(value) }))}
        value={filter.failure_reason ?? []}
        error={errors.failure_reason}
        onChange={(reasons) => change({ failure_reason: known(FAILURE_REASONS, reasons) })}
      />
      <DelayedText
        label="Customer"
        placeholder="Whole customer id"
        value={filter.customer_id ?? ''}
        error={errors.customer_id}
        onText={(customer_id) => change({ customer_id }, { replace: filter.customer_id !== undefined })}
      />
      {(['created_from', 'created_to'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          label={name === 'created_from' ? 'Created from' : 'Created before'}
          value={toLocal(filter[name])}
          error={errors[name]}
          onChange={({ currentTarget }) => change({ [name]: fromLocal(currentTarget.value) }, { replace: true })}
        />
      ))}
      {(['min_total', 'max_total'] as const).map((name) => (
        <DelayedText
          key={name}
          type="number"
          min={0}
          step="any"
          label={name === 'min_total' ? 'Total from' : 'Total up to'}
          placeholder="In units of the currency"
          value={filter[name] === undefined ? '' : String(filter[name])}
          error={errors[name]}
          onText={(text) =>
            change({ [name]: text === '' ? undefined : Number(text) }, { replace: filter[name] !== undefined })
          }
        />
      ))}
    </>
  );
}

function known<Word extends string>(list: readonly Word[], words: readonly string[]): Word[] | undefined {
  const chosen = list.filter((word) => words.includes(word));
  return chosen.length === 0 ? undefined : chosen;
}
