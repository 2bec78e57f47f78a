import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describeSettings, readConfig } from '../../config.ts';
import { authenticationSettings, sessionSettings } from '../../settings/access.ts';
import { makeOpenApiDocument } from '../../schemas/openapi-document.ts';
import { readDocument, ROOT } from './documents.ts';

interface Probe {
  readonly httpGet?: { path: string; port: string };
  readonly exec?: { command: string[] };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: string[];
  readonly env: { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
  readonly envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { preStop: Probe };
  readonly resources: { requests: Record<string, string>; limits: Record<string, string> };
  readonly securityContext: object;
  readonly volumeMounts?: { mountPath: string }[];
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: object;
  readonly topologySpreadConstraints?: { labelSelector: object }[];
  readonly containers: [Container];
}

interface Resource {
  readonly kind: string;
  readonly metadata: { name: string; labels?: Record<string, string> };
  readonly spec?: {
    template?: { metadata: { labels: Record<string, string> }; spec: Pod };
    selector?: { matchLabels: Record<string, string> };
    ports?: { targetPort: string }[];
    scaleTargetRef?: { name: string };
    minReplicas?: number;
    maxUnavailable?: number;
  };
}

const FOLDER = join(ROOT, 'deploy/kubernetes');
const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8');
const kustomization = (folder: string) => parse(read(`${folder}/kustomization.yaml`)) as Record<string, string[]>;
const folders = ['base', 'keda', 'migrate', 'production', 'builds/server-and-relay', 'builds/worker'];
const resources = globSync('{base,keda,migrate}/*.yaml', { cwd: FOLDER })
  .filter((path) => !path.endsWith('kustomization.yaml'))
  .flatMap((path) => parseAllDocuments(read(path)).map((document) => document.toJS() as Resource));
const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);
const deployments = ofKind('Deployment').map((resource): [string, Resource] => [resource.metadata.name, resource]);
const podOf = ({ spec }: Resource): Pod => spec!.template!.spec;
const pods = [...ofKind('Deployment'), ...ofKind('Job')].map((resource): [string, Pod] => [
  resource.metadata.name,
  podOf(resource),
]);
const settings = new Map(describeSettings().map(({ name, standard }) => [name, standard]));

describe('deploy/kubernetes', () => {
  it('has the three processes, and migrates before them', () => {
    expect(deployments.map(([name]) => name).sort()).toEqual([
      'steadfast-relay',
      'steadfast-server',
      'steadfast-worker',
    ]);
    expect(
      ofKind('Job')
        .map(podOf)
        .map(({ containers }) => containers[0].command),
    ).toEqual([['node', 'migrate.ts']]);
  });

  it('leaves no file out, and names none that is not there', () => {
    for (const folder of folders) {
      const { resources: taken = [], configurations = [] } = kustomization(folder);
      const named = [...taken, ...configurations];
      const files = named.filter((name) => name.endsWith('.yaml')).sort();
      const there = globSync('*.yaml', { cwd: join(FOLDER, folder) }).filter((name) => name !== 'kustomization.yaml');
      expect(files).toEqual(there.sort());
      for (const other of [...named, ...(kustomization(folder).components ?? [])])
        expect(existsSync(join(FOLDER, folder, other))).toBe(true);
    }
  });

  it('holds no secret', () => {
    expect(ofKind('Secret')).toEqual([]);
    for (const [, { containers }] of pods)
      for (const { name, value } of containers[0].env)
        if (/PASSWORD|SECRET|KEY|DATABASE_URL/.test(name)) expect(value).toBeUndefined();
    expect(Object.keys(parseEnv(read('production/settings.env'))).join()).not.toMatch(
      /PASSWORD|SECRET|KEY|DATABASE_URL/,
    );
  });

  it('sets only settings that exist, with values that the processes accept', () => {
    const file = parseEnv(read('production/settings.env'));
    for (const [, { containers }] of pods) {
      const own = containers[0].env.map(({ name, value }): [string, string | undefined] => [name, value]);
      for (const name of [...Object.keys(file), ...own.map(([name]) => name)])
        expect([...settings.keys()]).toContain(name);
      expect(() => readConfig({ ...file, ...Object.fromEntries(own) })).not.toThrow();
    }
  });

  it('asks who calls also without ADMIN_API_KEY, and its servers know the sessions of one another', () => {
    const [, { containers }] = pods.find(([name]) => name === 'steadfast-server')!;
    const { text } = readDocument('docs/deploy.md');
    const secrets = containers[0].envFrom?.flatMap(({ secretRef }) => {
      if (!secretRef) return [];
      const [, made = ''] = new RegExp(`secret generic ${secretRef.name} ((?:.*\\\\\\n)*.*)`).exec(text) ?? [];
      return [...made.matchAll(/--from-literal=(\w+)=('[^']*'|"[^"]*")/g)].map(([, name = '', value = '']) => [
        name,
        value.startsWith("'") ? value.slice(1, -1).replace('…', 'secret') : `${name}_of_24_bytes_in_hexadecimal_digits`,
      ]);
    });
    expect(secrets?.map(([name]) => name)).toEqual([
      'DATABASE_URL',
      'TRACKING_SECRET',
      'ADMIN_API_KEY',
      'SESSION_SECRET',
    ]);
    const config = readConfig({
      ...parseEnv(read('production/settings.env')),
      ...Object.fromEntries(containers[0].env.map(({ name, value }) => [name, value])),
      ...(Object.fromEntries(secrets ?? []) as Record<string, string>),
      ADMIN_API_KEY: '',
    });
    expect(authenticationSettings(config)).toBeDefined();
    expect(sessionSettings(config).secret).toMatch(/^SESSION_SECRET_of_/);
  });

  it('runs the version of package.json, and is prepared by the tools of the compose file', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    for (const folder of ['production', 'migrate'])
      expect(kustomization(folder).images).toEqual([
        { name: 'steadfast', newName: 'images.example/steadfast', newTag: version },
      ]);
    const tools = /temporalio\/admin-tools:\S+/.exec(readFileSync(join(ROOT, 'temporal-docker-compose.yml'), 'utf8'));
    expect(readDocument('docs/deploy.md').text).toContain(`--image=${tools?.[0]} `);
  });

  it.each(pods)('%s: runs as nobody in particular, writes nothing but /tmp, and may not become more', (_, pod) => {
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    const [container] = pod.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const { mountPath } of container.volumeMounts ?? []) expect(mountPath).toBe('/tmp');
    expect(Object.keys(container.resources.requests).sort()).toEqual(['cpu', 'memory']);
    expect(Object.keys(container.resources.limits)).toEqual(['memory']);
    expect(existsSync(join(ROOT, container.command[1] ?? ''))).toBe(true);
  });

  it.each(deployments)('%s: is found by its own labels', (_, resource) => {
    const { metadata, spec } = resource;
    const labels = { 'app.kubernetes.io/name': 'steadfast', ...metadata.labels };
    expect(spec?.selector?.matchLabels).toEqual(labels);
    for (const { labelSelector } of podOf(resource).topologySpreadConstraints ?? [])
      expect(labelSelector).toEqual({ matchLabels: labels });
    const budget = ofKind('PodDisruptionBudget').find(({ metadata: { name } }) => name === metadata.name);
    expect(budget?.spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: labels } });
  });

  it.each(deployments)('%s: is probed at paths and ports that it has', async (name, resource) => {
    const [container] = podOf(resource).containers;
    const { paths = {} } = await makeOpenApiDocument();
    const { startupProbe, livenessProbe, readinessProbe } = container;
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
      expect(probe?.httpGet ?? probe?.exec).toBeDefined();
      if (probe?.httpGet?.port === 'http') expect(Object.keys(paths)).toContain(probe.httpGet.path);
      else if (probe?.httpGet) expect(probe.httpGet).toEqual({ path: '/metrics', port: 'metrics' });
      else expect(probe?.exec?.command).toEqual(['node', 'docker/health.ts', name.replace('steadfast-', '')]);
    }
    const environment = new Map(container.env.map((one) => [one.name, one.value]));
    const listens: Record<string, string | undefined> = {
      http: settings.get('HTTP_PORT'),
      grpc: settings.get('GRPC_PORT'),
      metrics: environment.get('METRICS_PORT'),
    };
    for (const port of container.ports ?? [])
      expect([port.name, String(port.containerPort)]).toEqual([port.name, listens[port.name]]);
  });

  it.each(deployments)('%s: has more time to stop than it takes', (_, resource) => {
    const pod = podOf(resource);
    const [{ env, lifecycle }] = pod.containers;
    const given = readConfig(Object.fromEntries(env.map(({ name, value }) => [name, value])));
    const before = Number(lifecycle?.preStop.exec?.command[1] ?? 0) * 1000;
    expect((pod.terminationGracePeriodSeconds ?? 0) * 1000).toBeGreaterThan(
      before + given.SHUTDOWN_DELAY + given.SHUTDOWN_GRACE,
    );
  });

  it('shares requests out among two servers and more, and lets workers grow with what waits for them', () => {
    const [server] = ofKind('HorizontalPodAutoscaler');
    expect([server?.spec?.scaleTargetRef?.name, server?.spec?.minReplicas]).toEqual(['steadfast-server', 2]);
    const [worker] = ofKind('ScaledObject');
    expect(worker?.spec?.scaleTargetRef?.name).toBe('steadfast-worker');
    const ports = ofKind('Service').flatMap(({ spec }) => spec?.ports?.map(({ targetPort }) => targetPort));
    expect(ports.sort()).toEqual(['grpc', 'http']);
    expect(read('keda/worker-autoscaler.yaml')).toContain(`taskQueue: ${settings.get('TEMPORAL_TASK_QUEUE')}\n`);
  });
});

interface Relabeling {
  readonly source_labels: string[];
  readonly separator?: string;
  readonly regex: string;
  readonly action?: 'keep' | 'drop';
  readonly target_label?: string;
  readonly replacement?: string;
}

/** The labels of a target, as Prometheus makes them; undefined where the target is left out. */
function relabel(rules: readonly Relabeling[], found: Record<string, string>): Record<string, string> | undefined {
  const labels = { ...found };
  for (const { source_labels, separator = ';', regex, action = 'replace', target_label, replacement = '$1' } of rules) {
    const whole = new RegExp(`^(?:${regex})$`);
    const value = source_labels.map((name) => labels[name] ?? '').join(separator);
    if (action !== 'replace' && whole.test(value) !== (action === 'keep')) return undefined;
    if (action === 'replace' && whole.test(value)) labels[target_label ?? ''] = value.replace(whole, replacement);
  }
  return labels;
}

describe('deploy/prometheus/kubernetes.yml', () => {
  const prometheus = (file: string) =>
    parse(readFileSync(join(ROOT, 'deploy/prometheus', file), 'utf8')) as {
      rule_files: string[];
      scrape_configs: { job_name: string; kubernetes_sd_configs?: unknown; relabel_configs: Relabeling[] }[];
    };
  const [scrape] = prometheus('kubernetes.yml').scrape_configs;
  const targets = [...ofKind('Deployment'), ...ofKind('Job')].flatMap((resource) =>
    (podOf(resource).containers[0].ports ?? [{ name: '' }]).map((port) => {
      const labels = { 'app.kubernetes.io/name': 'steadfast', ...resource.spec?.template?.metadata.labels };
      return {
        __meta_kubernetes_pod_name: `${resource.metadata.name}-x`,
        __meta_kubernetes_pod_phase: 'Running',
        __meta_kubernetes_pod_container_port_name: port.name,
        ...Object.fromEntries(
          Object.entries(labels).map(([name, value]) => [
            `__meta_kubernetes_pod_label_${name.replaceAll(/\W/g, '_')}`,
            value,
          ]),
        ),
      };
    }),
  );

  it('finds each process once, under the name that alerts and dashboard go by', () => {
    const found = targets.map((target) => relabel(scrape?.relabel_configs ?? [], target)).filter((target) => target);
    const compose = prometheus('prometheus.yml').scrape_configs.map(({ job_name }) => job_name);
    expect(found.map((target) => target?.job).sort()).toEqual(
      compose.filter((name) => name.startsWith('steadfast-')).sort(),
    );
    expect(found.map((target) => target?.instance)).toContain('steadfast-server-x');
    const ended = { ...targets[0], __meta_kubernetes_pod_phase: 'Succeeded' };
    expect(relabel(scrape?.relabel_configs ?? [], ended)).toBeUndefined();
    expect(prometheus('kubernetes.yml').rule_files).toEqual(['alerts.yml']);
  });
});
