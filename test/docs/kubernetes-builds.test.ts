/** Builds of the worker side by side: each is a Deployment of its own, and the rest stands once. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describeSettings, readConfig } from '../../config.ts';
import { deploymentName } from '../../events/worker-deployments.ts';
import { ROOT } from './documents.ts';

interface Overlay {
  readonly resources: string[];
  readonly nameSuffix?: string;
  readonly labels?: { pairs: Record<string, string>; includeSelectors?: boolean }[];
  readonly patches: { target?: { name?: string; kind?: string }; patch: string }[];
  readonly replacements?: { source: { fieldPath: string }; targets: { fieldPaths: string[] }[] }[];
}
interface Environment {
  readonly spec: { template: { spec: { containers: { name: string; env: { name: string; value: string }[] }[] } } };
}

const FOLDER = join(ROOT, 'deploy/kubernetes');
const overlayOf = (name: string) =>
  parse(readFileSync(join(FOLDER, 'builds', name, 'kustomization.yaml'), 'utf8')) as Overlay;
const worker = overlayOf('worker');
const others = overlayOf('server-and-relay');
const names = globSync('{base,keda}/*.yaml', { cwd: FOLDER })
  .filter((path) => !path.endsWith('kustomization.yaml'))
  .flatMap((path) => parseAllDocuments(readFileSync(join(FOLDER, path), 'utf8')))
  .map((document) => (document.toJS() as { metadata: { name: string } }).metadata.name);

/** The names that an overlay takes out; kustomize anchors the pattern. */
const takenOut = ({ patches }: Overlay) => {
  const deleted = patches.filter(({ patch }) => patch.startsWith('$patch: delete')).map(({ target }) => target?.name);
  return [...new Set(names)]
    .filter((name) => deleted.some((pattern) => new RegExp(`^(${pattern})$`).test(name)))
    .sort();
};

describe('deploy/kubernetes/builds', () => {
  it('shares the resources of production out between a build of the worker and the rest', () => {
    expect([worker.resources, others.resources]).toEqual([['../../production'], ['../../production']]);
    expect(takenOut(others)).toEqual(['steadfast-worker']);
    expect(takenOut(worker)).toEqual([...new Set(names)].filter((name) => name !== 'steadfast-worker').sort());
  });

  it('names a build alike in its resources, its selectors, its settings and its autoscaler', () => {
    const [given] = worker.labels ?? [];
    const [[label, build] = []] = Object.entries(given?.pairs ?? {});
    expect(build).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    expect([worker.nameSuffix, given?.includeSelectors]).toEqual([`-${build}`, true]);
    const [replacement] = worker.replacements ?? [];
    expect(replacement?.source.fieldPath).toBe(`metadata.labels.[${label}]`);
    expect(replacement?.targets.flatMap(({ fieldPaths }) => fieldPaths)).toEqual([
      'spec.template.spec.containers.[name=worker].env.[name=WORKER_BUILD_ID].value',
      'spec.triggers.0.metadata.workerDeploymentBuildId',
    ]);
  });

  it('sets what the worker takes, and asks for what waits in its deployment', () => {
    const [patch] = worker.patches.filter(({ target }) => !target).map((each) => parse(each.patch) as Environment);
    const [container] = patch?.spec.template.spec.containers ?? [];
    const settings = Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []);
    expect(Object.keys(settings)).toEqual(['WORKER_VERSIONING', 'WORKER_BUILD_ID']);
    const build = Object.values(worker.labels?.[0]?.pairs ?? {})[0];
    expect(readConfig({ ...settings, WORKER_BUILD_ID: build }).WORKER_VERSIONING).toBe('on');
    const [autoscaler] = worker.patches.filter(({ target }) => target?.kind === 'ScaledObject');
    const taskQueue = describeSettings().find(({ name }) => name === 'TEMPORAL_TASK_QUEUE')?.standard ?? '';
    expect(parse(autoscaler?.patch ?? '')).toContainEqual({
      op: 'add',
      path: '/spec/triggers/0/metadata/workerDeploymentName',
      value: deploymentName(taskQueue),
    });
  });
});
