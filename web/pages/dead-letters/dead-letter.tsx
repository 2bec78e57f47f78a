import { Badge } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client.ts';
import { isMissing } from '../../api/problem.ts';
import { ActorSwitch } from '../../elements/actor.tsx';
import { PageLink } from '../../elements/links.tsx';
import { Page } from '../../elements/page.tsx';
import { Panel } from '../../elements/panel.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { Missing } from '../../elements/state.tsx';
import { StatusBadge } from '../../elements/status-badge.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';
import { AuditTable } from './audit-table.tsx';
import { FailurePanel } from './failure-panel.tsx';
import { LetterActions } from './letter-actions.tsx';
import { whatItIs } from './letter-words.ts';
import { PayloadPanel } from './payload-panel.tsx';
import { useDeadLetterNews } from './use-news.ts';
import { WaitingPanel } from './waiting-panel.tsx';

/** Everything about a dead letter, and what can be done about it. */
export function DeadLetterPage() {
  const { eventId } = useParams({ from: '/dashboard/dead-letters/$eventId' });
  useDeadLetterNews();
  const query = api.useQuery('get', '/api/dlq/event/{eventId}', { params: { path: { eventId } } });
  if (isMissing(query.error))
    return (
      <Missing what="such dead letter">
        Perhaps it was never one. All are found{' '}
        <PageLink to="/dashboard/dead-letters" underline="always">
          in the list
        </PageLink>
        .
      </Missing>
    );
  return <QueryView query={query}>{(letter) => <Letter of={letter} />}</QueryView>;
}

function Letter({ of: letter }: { of: Schema<'DeadLetterDetails'> }) {
  return (
    <Page
      title={whatItIs(letter)}
      name={`Dead letter ${letter.event_id}`}
      subtitle={
        <>
          <PageLink to="/dashboard/dead-letters" underline="always">
            Dead letters
          </PageLink>{' '}
          / {letter.event_id} <StatusBadge status={letter.status} />{' '}
          {letter.archived && <Badge color="gray">Archived</Badge>}
        </>
      }
      actions={
        <>
          <ActorSwitch />
          <AdminsOnly to="replay, reset or skip">
            <LetterActions letter={letter} isArchived={letter.archived} />
          </AdminsOnly>
        </>
      }
    >
      <FailurePanel letter={letter} />
      <PayloadPanel letter={letter} />
      <WaitingPanel letter={letter} />
      <Panel title="What was done about it">
        <AuditTable entries={letter.audit} isAboutOne />
      </Panel>
    </Page>
  );
}
