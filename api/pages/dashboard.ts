/** `/` and `/dashboard/…`: the dashboard, as `web/build.ts` has built it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { asPublic } from '../rest/access.ts';
import type { HttpApp } from '../rest/http-app.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'web', 'dist');
/** The place in the page where each answer has a nonce of its own. */
const NONCE = '__STYLE_NONCE__';
const YEAR_SECONDS = 31_536_000;

const NOT_BUILT = `<!doctype html><html lang="en"><title>Steadfast</title><h1>The dashboard is not built</h1>
<p>Run <code>npm run build</code>, and load this page again. The <a href="/docs">API</a> works without it.</p></html>`;

/** Adds the pages. Nothing is loaded from another host, and the Content-Security-Policy holds the pages to that. */
export async function dashboardRoutes(app: HttpApp): Promise<void> {
  await asPublic(app, (scope) =>
    scope.register(fastifyStatic, {
      root: BUILT,
      prefix: '/dashboard/static/',
      index: false,
      wildcard: true,
      preCompressed: true,
      acceptRanges: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Names of bundles change with their content.
        const isBundle = path.includes('/assets/');
        reply.header('cache-control', isBundle ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
        reply.header('x-content-type-options', 'nosniff');
      },
    }),
  );
  for (const url of ['/', '/dashboard', '/dashboard/:page', '/dashboard/:page/:id'])
    app.get(url, { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) => sendPage(reply));
}

function sendPage(reply: FastifyReply): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const page = readPage();
  return reply
    .code(page === undefined ? 503 : 200)
    .headers({
      'content-security-policy': contentSecurityPolicy(nonce),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send((page ?? NOT_BUILT).replaceAll(NONCE, nonce));
}

/** Read at each request: it is small, and a build may replace it. */
function readPage(): string | undefined {
  try {
    return readFileSync(join(BUILT, 'index.html'), 'utf8');
  } catch {
    return undefined;
  }
}
