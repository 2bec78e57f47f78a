/**
 * What keeps the pages that somebody looks at from acting on a server that asks nobody who they are: browsers send their
 * requests to loopback, too.
 */
import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../../domain/http-url.ts';
import { Failure } from '../../domain/failures.ts';
import { isFromElsewhere } from './same-origin.ts';

/** Where the server is and who else may ask. */
export interface OpenServer {
  /** The host that it listens at. */
  readonly host?: string | undefined;
  /** Where people reach it, as URL. */
  readonly publicUrl?: string | undefined;
  /** Origins whose pages may ask. */
  readonly corsOrigins?: readonly string[] | undefined;
}

const HEALTH = /^\/health(\/|$|\?)/;

/** Refuses, with `FORBIDDEN`, names that are none of this server's, and changes from pages of other origins. */
export function guardOpenServer(app: FastifyInstance, { host, publicUrl, corsOrigins = [] }: OpenServer): void {
  const names = new Set([host, publicUrl && new URL(publicUrl).host].map((name) => name && nameIn(name)));
  const isOurs = (name: string | undefined) => name !== undefined && (isLoopback(name) || names.has(name));
  const isNamed = (origin: string | undefined) =>
    origin !== undefined && corsOrigins.some((named) => named === '*' || named === origin);

  app.addHook('onRequest', (request, _reply, done) => {
    // As the browser sent it, whatever proxies are believed. Only programs of long ago send none.
    const { host: asked, origin } = request.headers;
    const { isRead = false } = request.routeOptions.config;
    if (asked !== undefined && !HEALTH.test(request.url) && !isOurs(nameIn(asked))) done(unknownName());
    else if (!isRead && !isNamed(origin) && isFromElsewhere(request)) done(fromElsewhere());
    else done();
  });
}

/** The name or address in `host:port`, as browsers write it, without brackets; undefined where there is none. */
function nameIn(text: string): string | undefined {
  // Where the server listens is an address without brackets.
  const url = `http://${/^[\da-f:]*:[\da-f:]*:[\da-f:.]*$/i.test(text) ? `[${text}]` : text}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$|\.$/g, '') : undefined;
}

function unknownName(): Failure {
  return new Failure(
    'FORBIDDEN',
    'Authentication is off, and so this server answers to localhost and to its own address only: set PUBLIC_URL to the ' +
      'address that people reach it by.',
  );
}

function fromElsewhere(): Failure {
  return new Failure(
    'FORBIDDEN',
    'Authentication is off, and so changes are made from the pages of this server only, and of origins that CORS_ORIGINS ' +
      'names.',
  );
}
