import { Alert, List } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { api } from '../../api/client.ts';
import { Moment } from '../../elements/moment.tsx';
import { Page } from '../../elements/page.tsx';
import { QueryView } from '../../elements/query-view.tsx';
import { useSystem } from '../../live/system.ts';
import { type System, useHistory } from './history.ts';
import { problemsOf } from './processor-words.ts';
import { ProcessorsPanel } from './processors-panel.tsx';
import { RebuildPanel } from './rebuild-panel.tsx';
import { ServicesPanel } from './services-panel.tsx';
import { SimulatorPanel } from './simulator-panel.tsx';
import { WorkersPanel } from './workers-panel.tsx';
import { AdminsOnly } from '../../session/admins-only.tsx';

/** How everything that works on orders is getting on. */
export function Processors() {
  const query = useSystem();
  const history = useHistory(query.data);
  const { data: settings } = api.useQuery('get', '/api/dashboard/settings', {}, { staleTime: Infinity });
  return (
    <Page
      title="Processors"
      subtitle={
        <>
          Who works on orders, and whether they keep up
          {query.data && (
            <>
              {' · as of '}
              <Moment at={query.data.as_of} />
            </>
          )}
        </>
      }
    >
      <QueryView query={query} lines={8}>
        {(system) => (
          <>
            <Glance system={system} />
            <ServicesPanel services={system.services} />
            <ProcessorsPanel system={system} history={history} />
            <WorkersPanel workers={system.workers} uiUrl={settings?.temporal_ui_url} />
          </>
        )}
      </QueryView>
      <RebuildPanel />
      {settings?.test_endpoints && settings.simulator && (
        <AdminsOnly>
          <SimulatorPanel />
        </AdminsOnly>
      )}
    </Page>
  );
}

/** Whether all is well, or what is not. */
function Glance({ system }: { system: System }) {
  const problems = problemsOf(system);
  if (problems.length === 0)
    return (
      <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title="All is well" role="status">
        Everything can be reached, everybody keeps up.
      </Alert>
    );
  const title = `${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} attention`;
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="status">
      <List size="sm">
        {problems.map((problem) => (
          <List.Item key={problem}>{problem}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
