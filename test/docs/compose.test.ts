import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeSettings, readConfig } from '../../config.ts';
import { authenticationSettings, sessionSettings } from '../../settings/access.ts';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle.ts';
import { readComposeFile } from '../rehearsal/compose-file.ts';
import { ROOT } from './documents.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly stop_grace_period?: string;
  readonly command?: string[];
  readonly entrypoint?: string[];
  readonly environment?: Record<string, string | number>;
  readonly env_file?: { path: string; required: boolean }[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { test?: string[]; disable?: boolean };
  readonly ports?: string[];
  readonly volumes?: string[];
}

/** What the compose specification knows of a service, as far as this file may use it. */
const SERVICE_KEYS = [
  'image',
  'build',
  'restart',
  'cap_drop',
  'security_opt',
  'logging',
  'user',
  'read_only',
  'tmpfs',
  'mem_limit',
  'stop_grace_period',
  'environment',
  'env_file',
  'depends_on',
  'command',
  'entrypoint',
  'healthcheck',
  'ports',
  'volumes',
  'shm_size',
];
const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('temporal-docker-compose.yml');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);
const { version } = JSON.parse(read('package.json')) as { version: string };
/** What docker/make-env.sh prints. */
const madeVariables = () => {
  const { status, stdout, stderr } = spawnSync('sh', [join(ROOT, 'docker/make-env.sh')], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return parseEnv(stdout);
};
const isOneShot = ({ restart = '' }: Service) => restart.startsWith('on-failure');

describe('temporal-docker-compose.yml', () => {
  it('has each process twice, what they lean on, what watches them, and what is done once before', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      [
        ...['server-1', 'server-2', 'worker-1', 'worker-2', 'relay-1', 'relay-2', 'balancer'],
        ...['postgres', 'temporal', 'temporal-ui', 'kafka', 'redis'],
        ...['jaeger', 'prometheus', 'grafana'],
        ...['temporal-schema', 'temporal-namespace', 'migrate'],
      ].sort(),
    );
    for (const kind of ['server', 'worker', 'relay'])
      expect(compose.services[`${kind}-2`]).toEqual(compose.services[`${kind}-1`]);
  });

  it('uses only keys and conditions of the compose specification', () => {
    for (const [, service] of services) {
      expect(SERVICE_KEYS).toEqual(expect.arrayContaining(Object.keys(service)));
      for (const { condition } of Object.values(service.depends_on ?? {})) expect(CONDITIONS).toContain(condition);
    }
  });

  it.each(services)('%s: the image has an exact version', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:(v?\d+\.\d+(\.\d+)?[\w.-]*|\$\{STEADFAST_VERSION:-\d+\.\d+\.\d+\})$/);
  });

  it.each(services)('%s: has a health check, or ends by itself', (_, service) => {
    expect(isOneShot(service) || (service.healthcheck?.test?.length ?? 0) > 1).toBe(true);
  });

  it.each(services)('%s: waits for services that are there, in a way that they can meet', (_, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = compose.services[name];
      expect(other).toBeDefined();
      expect(condition).toBe(isOneShot(other!) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it.each(services)('%s: listens on this host alone', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('%s: mounts files and volumes that are there', (_, { volumes = [] }) => {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      expect(source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes).toBe(true);
    }
  });

  it('has no password of its own and does not start without those of .env', () => {
    const secrets = services.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|PWD|SECRET|API_KEY|_AUTH$|_URL$/.test(name)),
    );
    const demanded = /\$\{(\w+):\?[^}]+\}/;
    const own = secrets.filter(([, value]) => !demanded.test(String(value)));
    expect([...new Set(own.map(([name]) => name))].sort()).toEqual(['ADMIN_API_KEY', 'TEMPORAL_UI_URL', 'TRACE_URL']);
    expect(own.find(([name]) => name === 'ADMIN_API_KEY')?.[1]).toBe('${ADMIN_API_KEY:-}');
    const variables = [...text.matchAll(new RegExp(demanded, 'g'))].map(([, name]) => name);
    expect(Object.keys(parseEnv(read('.env.example'))).sort()).toEqual(
      [...new Set([...variables, 'ADMIN_API_KEY', 'STEADFAST_VERSION'])].sort(),
    );
  });

  it('runs the version of package.json where .env says no other', () => {
    expect(parseEnv(read('.env.example')).STEADFAST_VERSION).toBe(version);
    for (const [, { image }] of own) expect(image).toBe(`steadfast:\${STEADFAST_VERSION:-${version}}`);
  });

  it('takes settings of one who runs it from a file of their own, which reaches neither the repository nor the image', () => {
    for (const [, { env_file }] of own) expect(env_file).toEqual([{ path: 'settings.env', required: false }]);
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.env', '/settings.env']));
    const [first, ...kept] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(kept.filter((line) => line.endsWith('.env'))).toEqual([]);
  });

  it('asks who calls also without ADMIN_API_KEY, and its servers know the sessions of one another', () => {
    const variables: NodeJS.Dict<string> = { ...madeVariables(), ADMIN_API_KEY: '' };
    const servers = readComposeFile(variables).filter(({ name }) => name.startsWith('server-'));
    expect(servers).toHaveLength(2);
    for (const { environment } of servers) {
      const config = readConfig(environment);
      expect(authenticationSettings(config)).toBeDefined();
      expect(sessionSettings(config).secret).toBe(variables.SESSION_SECRET);
    }
  });

  it('has secrets of its own from docker/make-env.sh, which the processes accept', () => {
    const [variables, others] = [madeVariables(), madeVariables()];
    for (const [name, value] of Object.entries(variables)) {
      if (name === 'PUBLIC_URL' || name === 'STEADFAST_VERSION') continue;
      expect(value).toMatch(/^[0-9a-f]{48}$/);
      expect(others[name]).not.toBe(value);
    }
    expect(() => readConfig(variables)).not.toThrow();
  });

  it.each(own)('%s: sets only settings that exist, and gives their defaults where it repeats them', (_, service) => {
    const settings = new Map(describeSettings().map(({ name, standard }) => [name, standard]));
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      expect([...settings.keys()]).toContain(name);
      const [, variable, standard] = /^\$\{([A-Z_]+):-(.*)\}$/.exec(String(value)) ?? [];
      if (variable !== undefined) expect([variable, standard]).toEqual([name, settings.get(name) ?? '']);
    }
  });

  it.each(own)('%s: runs a file of the image', (_, { command = [], healthcheck }) => {
    expect(command).toHaveLength(2);
    for (const file of [command[1], ...(healthcheck?.test?.slice(2, 3) ?? [])])
      expect(existsSync(join(ROOT, file ?? ''))).toBe(true);
  });

  it('registers the search attributes that the workflow sets', () => {
    const script = read('docker/temporal-namespace.sh');
    for (const name of SEARCH_ATTRIBUTES) expect(script).toContain(`--name ${name} --type Keyword`);
  });
});

describe('docker/tls.yml', () => {
  const { services: given } = parse(read('docker/tls.yml')) as { services: Record<string, Service> };
  const settings = read('docker/haproxy-tls.cfg');
  const { balancer } = given;

  it('has the balancer alone listen to the world, with both files of settings', () => {
    expect(Object.keys(given)).toEqual(['balancer']);
    const mounted = [...(compose.services.balancer?.volumes ?? []), ...(balancer?.volumes ?? [])].map((volume) =>
      /^(.*):([^:]+):ro$/.exec(volume)?.slice(1),
    );
    for (const file of balancer?.command?.filter((part) => part.startsWith('/')) ?? [])
      expect(existsSync(join(ROOT, mounted.find((pair) => pair?.[1] === file)?.[0] ?? 'nowhere'))).toBe(true);
    const [, port, certificate] = /bind :(\d+) ssl crt (\S+)/.exec(settings) ?? [];
    expect(balancer?.ports).toEqual([`443:${port}`]);
    expect(mounted.map((pair) => pair?.[1])).toContain(certificate);
  });

  it('leads to the servers of the other file', () => {
    const backends = [...settings.matchAll(/_backend (\S+)/g)].map(([, name]) => name);
    expect(backends).toEqual(['grpc-servers', 'servers']);
    for (const name of backends) expect(read('docker/haproxy.cfg')).toContain(`backend ${name}\n`);
  });
});

describe('the containers of our own', () => {
  it.each(own)('%s: can write nothing but /tmp, and has no privileges', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it.each(own)('%s: is given more time to stop than it takes', (_, { environment = {}, stop_grace_period }) => {
    const given = readConfig({ SHUTDOWN_DELAY: String(environment.SHUTDOWN_DELAY ?? '') });
    expect(Number.parseInt(stop_grace_period ?? '', 10) * 1000).toBeGreaterThan(
      given.SHUTDOWN_DELAY + given.SHUTDOWN_GRACE,
    );
  });

  it('lets the balancer, Prometheus and the health check find the ports that the processes listen at', () => {
    const server = compose.services['server-1']?.environment;
    expect(read('docker/haproxy.cfg')).toContain(`server server-1 server-1:${server?.HTTP_PORT} check`);
    expect(read('docker/haproxy.cfg')).toContain(`server server-1 server-1:${server?.GRPC_PORT} proto h2`);
    for (const [name, { environment }] of own.filter(([name]) => /-\d$/.test(name)))
      expect(read('deploy/prometheus/prometheus.yml')).toContain(`${name}:${environment?.METRICS_PORT}`);
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('has an exact version of the Node that the project uses, and no root user', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: { node: string } };
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${dependencies.node}-bookworm-slim`]));
    // As a number, which Kubernetes can see not to be root's.
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).not.toMatch(/COPY --chown/);
  });

  it('takes in every file and folder that a process imports', () => {
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const path of kept) expect(existsSync(join(ROOT, path)), path).toBe(true);
    const imported = filesBehind([
      ...['server.ts', 'worker.ts', 'relay.ts', 'migrate.ts'],
      ...['docker/health.ts', 'docker/bundle-workflows.ts', 'workflows/create-order.ts', 'cli/steadfast.ts'],
      'web/build.ts',
    ]);
    expect(imported.size).toBeGreaterThan(200);
    for (const path of imported)
      expect(
        kept.some((one) => path === one || path.startsWith(`${one}/`)),
        path,
      ).toBe(true);
  });
});

/** The files that these import, and what those import, as paths below the root. */
function filesBehind(entries: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    if (!path.endsWith('.ts')) return;
    for (const [, relative = ''] of read(path).matchAll(/(?:from|import)\s*\(?\s*'(\.\.?\/[^']+)'/g))
      visit(join(dirname(path), relative));
  };
  entries.forEach(visit);
  return found;
}
