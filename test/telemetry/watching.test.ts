/** The alert rules and the dashboard speak of metrics that exist, and each alert has its section in the runbook. */
import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ALERT_REASONS } from '../../domain/alert.ts';
import { DEAD_LETTER_STATUSES } from '../../domain/dead-letter.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { makeOpenApiDocument } from '../../schemas/openapi-document.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Steadfast[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[sm]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
          annotations: z.strictObject({ summary: z.string().endsWith('.'), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string().min(1),
      gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).optional(),
    }),
  ),
});

const rules = rulesSchema.parse(parse(read('deploy/prometheus/alerts.yml'))).groups.flatMap((group) => group.rules);
const { panels } = dashboardSchema.parse(JSON.parse(read('deploy/grafana/steadfast.json')));
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const runbook = read('docs/runbook.md');
const documented = documentedMetrics(read('docs/metrics.md'));

/** The routes of the server as metrics name them. */
const ROUTES = Object.keys((await makeOpenApiDocument()).paths ?? {}).map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
/** The values of labels that expressions choose by: closed lists, by the metric where several have the label. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  job: read('deploy/prometheus/prometheus.yml')
    .matchAll(/job_name: (\S+)/g)
    .map(([, name = '']) => name)
    .toArray(),
  code: Object.keys(status),
  method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  route: ROUTES,
  'steadfast_orders status': ORDER_STATUSES,
  'steadfast_orders_cancelled_total reason': FAILURE_REASONS,
  'steadfast_order_alerts reason': ALERT_REASONS,
  'steadfast_dead_letters status': DEAD_LETTER_STATUSES,
  'steadfast_http_request_duration_seconds status': ['2xx', '3xx', '4xx', '5xx'],
  // As code says them.
  'steadfast_webhook_deliveries state': ['waiting', 'retrying', 'failed'],
  'steadfast_webhook_endpoints state': ['active', 'disabled'],
  'steadfast_provider_call_duration_seconds outcome': [
    'captured',
    'booked',
    'declined',
    'refunded',
    'unavailable',
    'done',
  ],
  'steadfast_statement_duration_seconds outcome': ['done', 'failed'],
};

/** Metrics that libraries make; those of prom-client and of Temporal's SDK that are watched. */
const OF_LIBRARIES = [
  'up',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_gc_duration_seconds_sum',
  'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
];

describe('the alert rules', () => {
  it.each(rules)('$alert speaks of metrics, labels and values that exist', ({ expr }) => {
    expect(unknownIn(expr)).toEqual([]);
  });

  it.each(rules)(
    '$alert has a section in the runbook that says what it means, what to look at and what to do',
    (rule) => {
      const anchor = rule.alert.toLowerCase();
      expect(rule.annotations.runbook).toBe(`docs/runbook.md#${anchor}`);
      const [, section = ''] = runbook.split(`\n### ${rule.alert}\n`);
      const [own = ''] = section.split(/\n##/);
      expect(own).toMatch(/\*\*Means:\*\* .+/);
      expect(own).toMatch(/\*\*Look at:\*\* .+/);
      expect(own).toMatch(/\*\*Do:\*\* .+/);
    },
  );

  it('have names of their own, and the runbook has no section for others', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const sections = [...runbook.matchAll(/^### (Steadfast\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(names.sort());
  });
});

describe('the dashboard', () => {
  it.each(queries)('%s speaks of metrics, labels and values that exist', (query) => {
    expect(unknownIn(query)).toEqual([]);
  });

  it('shows every metric of the system and of its processes', () => {
    const shown = queries.join('\n');
    const hidden = [...documented.keys()].filter((name) => !shown.includes(name));
    // What stands for others, or is no figure.
    expect(hidden).toEqual([
      'steadfast_orders_delivered_minor_units_total',
      'steadfast_webhook_endpoints',
      'steadfast_consumer_lag_events',
      'steadfast_consumer_led',
      'steadfast_build_info',
    ]);
  });

  it('has no panels that cover each other', () => {
    const covered = panels.filter((panel) => panels.some((other) => other.id < panel.id && overlap(panel, other)));
    expect(covered.map(({ title }) => title)).toEqual([]);
  });
});

describe('what an expression speaks of', () => {
  it.each([
    ['sum(steadfast_nothing_total)', ['steadfast_nothing_total']],
    ['steadfast_orders{colour="red"} > 0', ['steadfast_orders{colour}']],
    ['rate(steadfast_orders_bucket[5m])', ['steadfast_orders_bucket']],
    [
      'max(steadfast_http_request_duration_seconds)',
      ['steadfast_http_request_duration_seconds without bucket, sum or count'],
    ],
    ['nodejs_mood', ['nodejs_mood']],
    ['rate(steadfast_http_request_duration_seconds_count{status="5xx",job="steadfast-server"}[5m])', []],
    ['up{job="steadfast"}', ['up{job="steadfast"}']],
    ['steadfast_orders{status="PENDNG"}', ['steadfast_orders{status="PENDNG"}']],
    ['steadfast_orders{status=~"PENDNG|SHIPPED"}', ['steadfast_orders{status="PENDNG"}']],
    [
      'steadfast_orders_cancelled_total{reason=~"PAYMENTS_.+"}',
      ['steadfast_orders_cancelled_total{reason="PAYMENTS_.+"}'],
    ],
    ['steadfast_dependency_up{dependency="postgres"}', ['steadfast_dependency_up{dependency} of unknown values']],
  ])('%s', (expression, unknown) => {
    expect(unknownIn(expression)).toEqual(unknown);
  });
});

/** The metrics of the documentation with their types and labels. */
function documentedMetrics(document: string): ReadonlyMap<string, { type: string; labels: readonly string[] }> {
  const rows = document.matchAll(/^\| `(steadfast_\w+)` *\| (\w+) *\|(.*)\|$/gm);
  return new Map(
    [...rows].map(([, name = '', type = '', rest = '']) => {
      const [before = '', after = ''] = rest.split('|');
      const labels = before.includes('`') || before.trim() === '' ? before : after;
      return [name, { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) }];
    }),
  );
}

/** What of an expression no process exposes: metrics by name, labels that a metric does not have, and their values. */
function unknownIn(expression: string): string[] {
  return [...expression.matchAll(METRIC)].flatMap(([, name = '', selector = '']) => {
    const chosen = [...selector.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)].map(
      ([, label = '', values = '']) => [label, values] as const,
    );
    if (OF_LIBRARIES.includes(name)) return unknownValues(name, chosen);
    const base = documented.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '');
    const metric = documented.get(base);
    if (!metric || (base !== name && metric.type !== 'histogram')) return [name];
    if (base === name && metric.type === 'histogram') return [`${name} without bucket, sum or count`];
    const strange = chosen.filter(([label]) => label !== 'job' && !metric.labels.includes(label));
    if (strange.length > 0) return strange.map(([label]) => `${name}{${label}}`);
    return unknownValues(base, chosen);
  });
}

/** A metric, and what stands in its braces; the braces of a value are not their end. */
const METRIC = /\b((?:steadfast|process|nodejs|temporal)_\w+|up)\b(?:\{((?:[^"}]|"[^"]*")*)\})?/g;

function unknownValues(metric: string, chosen: readonly (readonly [string, string])[]): string[] {
  return chosen.flatMap(([label, values]) => {
    const known = VALUES[`${metric} ${label}`] ?? VALUES[label];
    if (!known) return [`${metric}{${label}} of unknown values`];
    // Parentheses stand around the choice of a part; what is outside of them chooses of the whole.
    return values
      .split(/\|(?![^(]*\))/)
      .filter((value) => !known.some((one) => new RegExp(`^(?:${value})$`).test(one)))
      .map((value) => `${metric}{${label}="${value}"}`);
  });
}

type Placed = (typeof panels)[number];

function overlap({ gridPos: one }: Placed, { gridPos: other }: Placed): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}
