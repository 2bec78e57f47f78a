/** temporal-docker-compose.yml as Docker would read it: with variables filled in, in the order in which services start. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const FILE = join(import.meta.dirname, '../../temporal-docker-compose.yml');

/** A service of the file, as far as it matters for running its programs without containers. */
export interface Service {
  readonly name: string;
  /** Without its tag. */
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** `./on/host:/in/container:ro`, or a named volume. */
  readonly volumes: readonly string[];
  readonly dependsOn: readonly string[];
  readonly healthcheck?: readonly string[];
}

interface RawService {
  readonly image: string;
  readonly entrypoint?: string[];
  readonly command?: string[];
  readonly environment?: Record<string, string | number>;
  readonly volumes?: string[];
  readonly depends_on?: Record<string, unknown>;
  readonly healthcheck?: { readonly test?: string[] };
}

/** Reads the file; throws where a variable that it demands has no value, or where services wait for one another. */
export function readComposeFile(variables: Readonly<Record<string, string | undefined>>): Service[] {
  const fill = (text: string) => interpolate(text, variables);
  const { services } = parse(readFileSync(FILE, 'utf8'), { merge: true }) as { services: Record<string, RawService> };
  const all = Object.entries(services).map(([name, raw]): Service => {
    const { entrypoint, command, healthcheck } = raw;
    return {
      name,
      image: fill(raw.image).replace(/:[^:]*$/, ''),
      ...(entrypoint && { entrypoint: entrypoint.map(fill) }),
      ...(command && { command: command.map(fill) }),
      ...(healthcheck?.test && { healthcheck: healthcheck.test.map(fill) }),
      environment: Object.fromEntries(
        Object.entries(raw.environment ?? {}).map(([key, value]) => [key, fill(String(value))]),
      ),
      volumes: raw.volumes ?? [],
      dependsOn: Object.keys(raw.depends_on ?? {}),
    };
  });
  return inOrder(all);
}

/** `${NAME}`, `${NAME:-standard}`, `${NAME:?why}` and `$$`, as the compose specification has them. */
function interpolate(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(
    /\$(?:(\$)|\{(\w+)(?::?([-?])([^}]*))?\})/g,
    (_, dollar: string | undefined, name: string, operator: string | undefined, rest: string) => {
      if (dollar !== undefined) return '$';
      const value = variables[name] ?? '';
      if (value !== '' || operator === undefined) return value;
      if (operator === '?') throw new Error(`${name} is not set: ${rest}`);
      return rest;
    },
  );
}

function inOrder(services: readonly Service[]): Service[] {
  const ordered: Service[] = [];
  const isPlaced = (name: string) => ordered.some((placed) => placed.name === name);
  while (ordered.length < services.length) {
    const next = services.find(({ name, dependsOn }) => !isPlaced(name) && dependsOn.every(isPlaced));
    if (!next) throw new Error('the services of the compose file wait for one another');
    ordered.push(next);
  }
  return ordered;
}
