import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { reasonWords } from '../../elements/event-words.ts';
import { formatMoment } from '../../elements/moment.tsx';
import { sentence } from '../../elements/words.ts';
import type { OrdersFilter } from './search.ts';
import type { OrdersView } from './use-orders-view.ts';

/** The filters that are set, each with a way to clear it. */
export function FilterChips({ view: { filter, change, clear } }: { view: OrdersView }) {
  const names = Object.keys(filter) as (keyof OrdersFilter)[];
  if (names.length === 0) return null;
  return (
    <Group gap={6} role="group" aria-label="Filters that are set">
      {names.map((name) => (
        <Button
          key={name}
          variant="light"
          size="compact-sm"
          fw={500}
          rightSection={<IconX size={13} aria-hidden />}
          aria-label={`Clear filter ${tell(filter, name)}`}
          onClick={() => change({ [name]: undefined })}
        >
          {tell(filter, name)}
        </Button>
      ))}
      {names.length > 1 && (
        <Button variant="subtle" size="compact-sm" onClick={clear}>
          Clear all filters
        </Button>
      )}
    </Group>
  );
}

function tell(filter: OrdersFilter, name: keyof OrdersFilter): string {
  switch (name) {
    case 'status':
      return `Status: ${(filter.status ?? []).map(sentence).join(', ')}`;
    case 'approval':
      return `Approval: ${(filter.approval ?? []).map(sentence).join(', ')}`;
    case 'failure_reason':
      return `Cancelled because: ${(filter.failure_reason ?? []).map(reasonWords).join(', ')}`;
    case 'search':
      return `Search: ${filter.search ?? ''}`;
    case 'customer_id':
      return `Customer: ${filter.customer_id ?? ''}`;
    case 'created_from':
      return `Created from ${moment(filter.created_from)}`;
    case 'created_to':
      return `Created before ${moment(filter.created_to)}`;
    case 'min_total':
      return `Total from ${filter.min_total?.toLocaleString() ?? ''}`;
    case 'max_total':
      return `Total up to ${filter.max_total?.toLocaleString() ?? ''}`;
  }
}

function moment(at: string | undefined): string {
  return at === undefined ? '' : formatMoment(new Date(at));
}
