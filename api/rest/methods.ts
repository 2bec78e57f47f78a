import type { FastifyInstance } from 'fastify';

/** The methods that the application takes at a path, such as `['GET', 'HEAD']`; none where nothing is there. */
export type AllowedMethods = (path: string) => string[];

/** Follows which routes are added, to tell a wrong method from a wrong path. */
export function allowedMethods(app: FastifyInstance): AllowedMethods {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return (path) => {
    const exact = routes.get(path);
    // What stands there word for word comes before what also takes other words.
    const matching = exact ? [exact] : [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort();
  };
}

function toPattern(url: string): RegExp {
  const steps = url.split('/').map((step) => {
    if (step.startsWith(':')) return '[^/]+';
    return step === '*' ? '.*' : step.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${steps.join('/')}$`);
}
