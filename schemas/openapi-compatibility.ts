/** Whether a change of the OpenAPI document keeps those working who know only the released one. */
import type { Direction, JsonSchema } from '../events/schemas/json-schemas.ts';
import { incompatibilities } from './compatibility.ts';

/** An OpenAPI document as plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

type Json = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** Who may call a route that everybody may. */
const PUBLIC = 'public';

/** What breaks when the released document `before` becomes `after`, one sentence each; empty where nothing does. */
export function openApiIncompatibilities(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const compareRoutes = compareWith(before, after);
  const routesOf = new Map<string, Set<string>>();
  for (const [path, item] of Object.entries(part(before, 'paths')))
    for (const method of METHODS.filter((one) => one in (item as Json))) {
      const old = part(item as Json, method);
      const now = part(part(part(after, 'paths'), path), method);
      const findings = Object.keys(now).length === 0 ? ['was removed'] : compareRoutes(old, now);
      for (const finding of findings)
        routesOf.set(finding, (routesOf.get(finding) ?? new Set()).add(`${method.toUpperCase()} ${path}`));
    }
  return [...routesOf].map(([finding, routes]) => {
    const [first = '', ...others] = routes;
    return `${first}${others.length === 0 ? '' : ` and ${others.length} more`}: ${finding}`;
  });
}

/** Makes the comparison of a route of one document with the same of the other. */
function compareWith(before: OpenApiDocument, after: OpenApiDocument) {
  const compareSchemas = (what: string, old: unknown, now: unknown, direction: Direction): string[] => {
    const [one, other] = [resolve(old, before), resolve(now, after)];
    return incompatibilities(one, other, direction).map((finding) => `${what}: ${finding}`);
  };

  const compareContents = (what: string, old: Json, now: Json, direction: Direction): string[] =>
    Object.entries(old).flatMap(([type, media]) => {
      const other = now[type];
      if (other === undefined) return [`${what} is no ${type} any more`];
      return compareSchemas(what, (media as Json).schema, (other as Json).schema, direction);
    });

  const compareParameters = (old: Json, now: Json): string[] => {
    const [known, current] = [parametersOf(old), parametersOf(now)];
    const changed = [...known].flatMap(([name, parameter]) => {
      const other = current.get(name);
      if (!other) return [`${name} was removed`];
      const isDemanded = other.required === true && parameter.required !== true;
      return [
        ...(isDemanded ? [`${name} must be given now`] : []),
        ...compareSchemas(name, parameter.schema, other.schema, 'read'),
      ];
    });
    const demanded = [...current].filter(([name, { required }]) => !known.has(name) && required === true);
    return [...changed, ...demanded.map(([name]) => `${name} is new and must be given`)];
  };

  const compareBodies = (old: Json, now: Json): string[] => {
    const [known, current] = [part(old, 'requestBody'), part(now, 'requestBody')];
    const isDemanded = current.required === true && known.required !== true;
    return [
      ...(isDemanded ? ['the body must be given now'] : []),
      ...compareContents('the body', part(known, 'content'), part(current, 'content'), 'read'),
    ];
  };

  const compareAnswers = (old: Json, now: Json): string[] => {
    const [known, current] = [part(old, 'responses'), part(now, 'responses')];
    const isSuccess = (status: string) => status.startsWith('2');
    return [
      ...Object.keys(known)
        .filter((status) => isSuccess(status) && !(status in current))
        .map((status) => `does not answer ${status} any more`),
      ...Object.keys(current)
        .filter((status) => isSuccess(status) && !(status in known))
        .map((status) => `may answer ${status} now`),
      ...Object.keys(known).flatMap((status) =>
        status in current
          ? compareContents(
              isSuccess(status) ? `the answer ${status}` : 'the problem',
              ...contentsOf(known, current, status),
              'written',
            )
          : [],
      ),
    ];
  };

  return (old: Json, now: Json): string[] => [
    ...compareRoles(old, now),
    ...compareParameters(old, now),
    ...compareBodies(old, now),
    ...compareAnswers(old, now),
  ];
}

/** Roles that might call a route and may not any more. A document that says nothing of roles promises nothing. */
function compareRoles(old: Json, now: Json): string[] {
  const known = (old['x-roles'] ?? []) as readonly string[];
  const current = (now['x-roles'] ?? []) as readonly string[];
  if (current.includes(PUBLIC)) return [];
  return known.filter((role) => !current.includes(role)).map((role) => `is closed to ${role} now`);
}

function contentsOf(known: Json, current: Json, status: string): [Json, Json] {
  return [part(part(known, status), 'content'), part(part(current, status), 'content')];
}

/** The parameters of a route, by names such as `query parameter page_size`. */
function parametersOf(route: Json): ReadonlyMap<string, Json> {
  const parameters = (route.parameters ?? []) as Json[];
  return new Map(
    parameters.map((parameter) => [`${String(parameter.in)} parameter ${String(parameter.name)}`, parameter]),
  );
}

function part(of: Json, name: string): Json {
  return (of[name] ?? {}) as Json;
}

/**
 * A schema with what it refers to in place. Clients take fields in answers that they do not know, as the documentation asks
 * of them, and requests are judged by their fields: so that a schema is closed says nothing here. Nor do examples.
 */
function resolve(schema: unknown, document: OpenApiDocument): JsonSchema {
  const visit = (value: unknown, seen: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((element) => visit(element, seen));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as Json;
    if (typeof $ref === 'string') {
      const name = $ref.split('/').at(-1) ?? '';
      // What contains itself is compared where it is met first.
      return seen.includes(name) ? {} : visit(part(part(document, 'components'), 'schemas')[name], [...seen, name]);
    }
    const kept = Object.entries(rest).filter(
      ([keyword, content]) => keyword !== 'example' && !(keyword === 'additionalProperties' && content === false),
    );
    return Object.fromEntries(kept.map(([keyword, content]) => [keyword, visit(content, seen)]));
  };
  return (visit(schema, []) ?? {}) as JsonSchema;
}
