import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeSettings } from '../../config.ts';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle.ts';
import { ROOT } from './documents.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly restart?: string;
  readonly command?: string[];
  readonly entrypoint?: string[];
  readonly environment?: Record<string, string | number>;
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
  'stop_grace_period',
  'environment',
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
const isOneShot = ({ restart = '' }: Service) => restart.startsWith('on-failure');

describe('temporal-docker-compose.yml', () => {
  it('has PostgreSQL, Temporal with its Web UI, the three processes, and what is done once before', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      [
        'migrate',
        'postgres',
        'relay',
        'server',
        'temporal',
        'temporal-namespace',
        'temporal-schema',
        'temporal-ui',
        'worker',
      ].sort(),
    );
  });

  it('uses only keys and conditions of the compose specification', () => {
    for (const [, service] of services) {
      expect(SERVICE_KEYS).toEqual(expect.arrayContaining(Object.keys(service)));
      for (const { condition } of Object.values(service.depends_on ?? {})) expect(CONDITIONS).toContain(condition);
    }
  });

  it.each(services)('%s: the image has an exact version', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/);
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

  it('has no password of its own and does not start without one', () => {
    const passwords = services.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|PWD|DATABASE_URL/.test(name)),
    );
    expect(passwords.length).toBeGreaterThan(4);
    for (const [, value] of passwords) expect(value).toMatch(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/);
    expect(read('.env.example')).toMatch(/^POSTGRES_PASSWORD=$/m);
    expect(read('.gitignore').split('\n')).toContain('.env');
  });

  it.each(own)('%s: sets only settings that exist, and gives their defaults where it repeats them', (_, service) => {
    const settings = new Map(describeSettings().map(({ name, standard }) => [name, standard]));
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      expect([...settings.keys()]).toContain(name);
      const [, variable, standard] = /^\$\{([A-Z_]+):-(.*)\}$/.exec(String(value)) ?? [];
      if (variable !== undefined) expect([variable, standard]).toEqual([name, settings.get(name)]);
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

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('has an exact version of the Node that the project uses, and no root user', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: { node: string } };
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${dependencies.node}-bookworm-slim`]));
    expect(dockerfile).toMatch(/^USER node$/m);
  });

  it('takes in every file and folder that a process imports', () => {
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const path of kept) expect(existsSync(join(ROOT, path)), path).toBe(true);
    const files = ['server.ts', 'worker.ts', 'relay.ts', 'migrate.ts', 'process.ts', 'docker/health.ts'];
    const imported = files.flatMap((file) =>
      [...read(file).matchAll(/from '(?:\.\.?\/)+([^']+)'/g)].map(([, path = '']) => path),
    );
    for (const path of [...files, ...imported])
      expect(
        kept.some((one) => path === one || path.startsWith(`${one}/`)),
        path,
      ).toBe(true);
  });
});
