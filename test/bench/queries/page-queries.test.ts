import { describe, expect, it } from 'vitest';
import { fillIn, type Known, PAGE_QUERIES, ROUTES_WITHOUT_QUERY } from '../../../bench/queries/page-queries.ts';
import openapi from '../../../schemas/released/openapi.json' with { type: 'json' };

describe('the queries that are measured with a million orders stored', () => {
  const routes = Object.entries(openapi.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []));
  const asked = Object.values(PAGE_QUERIES).flat();

  it('are those of every route that reads', () => {
    const unmeasured = routes.filter((route) => !ROUTES_WITHOUT_QUERY.includes(route) && !asked.some(isOf(route)));
    expect(unmeasured).toEqual([]);
    expect(ROUTES_WITHOUT_QUERY.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('are filled in with what is there', () => {
    const known = Object.fromEntries(
      [
        'order',
        'orders',
        'customer',
        'product',
        'webhook',
        'delivery',
        'deadLetter',
        'from',
        'to',
        'firstDay',
        'lastDay',
      ].map((name) => [name, `some-${name}`]),
    ) as unknown as Known;
    expect(asked.map((path) => fillIn(path, known)).filter((path) => /[{}]|undefined/.test(path))).toEqual([]);
    expect(fillIn('/api/orders/{order}?at={to}', known)).toBe('/api/orders/some-order?at=some-to');
  });

  it('are of routes that exist, each once', () => {
    expect(asked.filter((path) => !routes.some((route) => isOf(route)(path)))).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
  });
});

function isOf(route: string): (path: string) => boolean {
  const pattern = new RegExp(`^${route.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`);
  return (path) => pattern.test(path);
}
