import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ActorSwitch } from '../../elements/actor.tsx';
import { Page } from '../../elements/page.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { LettersPanel } from './letters-panel.tsx';
import type { DeadLettersSearch } from './search.ts';
import { useDeadLetterNews } from './use-news.ts';

/** Everything that could not be published or taken in, and what people did about it. */
export function DeadLetters() {
  const search = useSearch({ from: '/dashboard/dead-letters' });
  const navigate = useNavigate({ from: '/dashboard/dead-letters' });
  const counts = useDeadLetterNews();
  // Another view is another list: its pages are counted from the first.
  const show = (change: Partial<Record<keyof DeadLettersSearch, string | undefined>>) =>
    void navigate({ search: (before) => clean({ ...before, page_token: undefined, ...change }) });
  return (
    <Page
      title="Dead letters"
      subtitle="Events that Kafka did not take, and records that could not be taken in. They wait until somebody deals with them."
      actions={<ActorSwitch />}
    >
      <SegmentedControl
        aria-label="What to show"
        style={{ alignSelf: 'flex-start' }}
        value={search.view ?? 'letters'}
        data={[
          { value: 'letters', label: 'Dead letters' },
          { value: 'audit', label: 'Audit' },
        ]}
        onChange={(view) => void navigate({ search: view === 'audit' ? { view } : {} })}
      />
      {search.view === 'audit' ? (
        <AuditPanel search={search} onSearch={show} />
      ) : (
        <LettersPanel search={search} onSearch={show} counts={counts} />
      )}
    </Page>
  );
}

function clean(search: Partial<Record<keyof DeadLettersSearch, string | undefined>>): DeadLettersSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
