import type { Check } from '../check.ts';
import { ANSWER_WITHIN_MS } from '../workflows.ts';

const LEAST_HOURS = 24;

/** Whether Temporal keeps the histories of closed workflows for long enough to be looked at. */
export const retention: Check = {
  name: 'retention',
  compares: 'how long the namespace keeps closed workflows with how long one needs them',
  needs: ['temporal'],
  isByOrder: false,
  async *find({ temporal }) {
    const { namespace } = temporal.options;
    const { config } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.workflowService.describeNamespace({ namespace }),
    );
    const hours = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3600;
    if (hours >= LEAST_HOURS) return;
    yield {
      key: `${hours}`,
      found: `The namespace "${namespace}" keeps closed workflows for ${hours} h.`,
      means: `Why an order ended can be looked up for less than ${LEAST_HOURS} h; the log in the database keeps it for good.`,
      remedy: `temporal operator namespace update --retention ${LEAST_HOURS}h ${namespace}`,
    };
  },
};
