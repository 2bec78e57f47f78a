/** The programs of Temporal's images, built from the same releases with Go, once. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { cacheDirectory } from '../../embedded/cache-directory.ts';
import { goInstall } from '../../embedded/go-install.ts';
import { waitForLock } from '../../embedded/lock.ts';

const run = promisify(execFile);
const COMPOSE_FILE = join(import.meta.dirname, '../../temporal-docker-compose.yml');

/** Paths of what Temporal's images hold. */
export interface TemporalPrograms {
  /** The server, and the folder with its templates of settings. */
  readonly server: string;
  readonly serverConfig: string;
  /** The folder that holds `temporal-sql-tool`, and the one with the versions of the schema. */
  readonly tools: string;
  readonly schema: string;
  /** The Web UI, and the folder with its templates of settings. */
  readonly webUi: string;
  readonly webUiConfig: string;
}

/** Finds or builds them (2 to 4 minutes on two cores, once); throws why they cannot be had. */
export async function findTemporalPrograms(of: {
  environment: NodeJS.ProcessEnv;
  onProgress: (message: string) => void;
}): Promise<TemporalPrograms> {
  const server = `go.temporal.io/server@v${imageVersion('temporalio/server')}`;
  const webUi = `github.com/temporalio/ui-server/v2@v${imageVersion('temporalio/ui')}`;
  const builds = [
    { module: at(server, 'cmd/server'), built: 'server', name: 'temporal-server' },
    { module: at(server, 'cmd/tools/sql'), built: 'sql', name: 'temporal-sql-tool' },
    { module: at(webUi, 'cmd/server'), built: 'server', name: 'temporal-ui-server' },
  ];
  const folder = join(cacheDirectory(of.environment), `temporal-production-${digest(server, webUi)}`);
  const lock = await waitForLock(`${folder}.lock`, { ...of, doing: 'building the Temporal server' });
  try {
    for (const { module, built, name } of builds) {
      const program = join(folder, name);
      if (existsSync(program)) continue;
      of.onProgress(`building ${module} with Go (once, 1 to 3 minutes)`);
      await mkdir(folder, { recursive: true });
      const aside = await mkdtemp(join(dirname(program), 'build-'));
      await goInstall({ module, folder: aside, environment: of.environment });
      renameSync(join(aside, built), program);
      rmSync(aside, { recursive: true });
    }
  } finally {
    lock.release();
  }
  const [serverModule, webUiModule] = await Promise.all([moduleFolder(server), moduleFolder(webUi)]);
  return {
    server: join(folder, 'temporal-server'),
    serverConfig: join(serverModule, 'config'),
    tools: folder,
    schema: join(serverModule, 'schema/postgresql/v12'),
    webUi: join(folder, 'temporal-ui-server'),
    webUiConfig: join(webUiModule, 'config'),
  };
}

/** The release that the compose file names. */
function imageVersion(image: string): string {
  const { services } = parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as {
    services: Record<string, { image: string }>;
  };
  const found = Object.values(services).find((service) => service.image.startsWith(`${image}:`));
  if (!found) throw new Error(`the compose file has no image ${image}`);
  return found.image.slice(image.length + 1);
}

/** `host/module@version` and a folder in it, as `go install` wants them. */
function at(module: string, folder: string): string {
  return module.replace('@', `/${folder}@`);
}

function digest(...modules: string[]): string {
  return modules.map((module) => module.slice(module.indexOf('@') + 1)).join('-');
}

/** Where Go keeps the sources of a module, which hold schema and templates. */
async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { maxBuffer: 16 * 1024 * 1024 });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
