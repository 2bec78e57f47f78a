/** The routes of REST as a running server's OpenAPI document tells them. */
import type { Role } from '../../../domain/access.ts';
import { ROLES } from '../../../domain/access.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly 'x-roles'?: readonly string[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** The parts of an OpenAPI document that say who may call what. */
export interface AccessDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** One route: whom it lets in, and what its requests have. */
export interface Route {
  /** Such as `GET /api/orders/{id}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Undefined where anybody may call it. */
  readonly roles: readonly Role[] | undefined;
  readonly operation: Operation;
  readonly queryFields: readonly string[];
  readonly bodyFields: readonly string[];
}

/** All routes; throws where one does not say who may call it. */
export function routesOf({ paths }: AccessDocument): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const body = operation.requestBody?.content['application/json']?.schema;
      return {
        name,
        method: method.toUpperCase(),
        path,
        roles: readRoles(name, operation['x-roles']),
        operation,
        queryFields: (operation.parameters ?? []).filter((each) => each.in === 'query').map((each) => each.name),
        bodyFields: Object.keys(body?.properties ?? {}),
      };
    }),
  );
}

/** The path with a value for each of its parameters. */
export function fill(path: string, id = 'order-1'): string {
  return path.replace(/\{\w+\}/g, id);
}

function readRoles(name: string, words: readonly string[] | undefined): Role[] | undefined {
  if (words?.join() === 'public') return undefined;
  const roles = ROLES.filter((role) => words?.includes(role));
  if (roles.length === 0 || roles.length !== words?.length) throw new Error(`${name} lets in ${String(words)}`);
  return roles;
}
