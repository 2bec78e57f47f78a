import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import packageJson from './package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('.', import.meta.url));
/** The interceptors that make spans in the sandbox of a workflow. */
const SPANS = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry-v2/lib/workflow-interceptors',
);

/**
 * The code of the workflows as one script for the worker. Kept under `cacheDir` by a digest of its sources, because
 * making it takes seconds and a worker that was killed should be back sooner. Where `hasSpans` it makes spans.
 */
export async function loadWorkflowBundle(cacheDir: string, hasSpans = false): Promise<WorkflowBundle> {
  const file = join(cacheDir, `workflows-${digestSources()}${hasSpans ? '-spans' : ''}.js`);
  if (existsSync(file)) return { code: readFileSync(file, 'utf8') };
  const bundle = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows/create-order.ts'),
    workflowInterceptorModules: hasSpans ? [SPANS] : [],
    logger: new DefaultLogger('WARN'),
  });
  mkdirSync(cacheDir, { recursive: true });
  // Written aside and renamed, so that another worker never reads half of it.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, bundle.code);
  renameSync(aside, file);
  return bundle;
}

/** What this build of the worker is called where nobody says: its version and a digest of the sources of its workflows. */
export function defaultBuildId(): string {
  return `${packageJson.version}-${digestSources()}`;
}

function digestSources(): string {
  const digest = createHash('sha256');
  const sources = globSync(['workflows/**/*.ts', 'domain/**/*.ts', 'package-lock.json'], { cwd: ROOT }).sort();
  for (const source of sources) digest.update(source).update(readFileSync(join(ROOT, source)));
  return digest.digest('hex').slice(0, 16);
}
