import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describeSettings, readConfig } from '../../config.ts';
import { makeOpenApiDocument } from '../../schemas/openapi-document.ts';
import { ROOT } from './documents.ts';

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
