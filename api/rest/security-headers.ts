/** What browsers are told with every answer, and who may ask from pages of other origins. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { DECODE_PATH } from './payload-decoding.ts';

type TellOptions = (error: Error | null, options: FastifyCorsOptions) => void;

const YEAR_SECONDS = 365 * 24 * 3600;
/** Headers of answers that pages of other origins may read. */
const EXPOSED = [
  'Location',
  'Idempotency-Replayed',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'WWW-Authenticate',
];

/** What is told with the answer to a request whose address cannot be read: no hook is asked about that. */
export const PLAIN_HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Adds the headers to every answer. HTTPS for ever is asked for only over HTTPS; pages of other origins may ask only where
 * they are named, and never with cookies, save for what the Web UI of Temporal decrypts: it has no other credentials.
 */
export async function addSecurityHeaders(app: FastifyInstance, origins: readonly string[] = []): Promise<void> {
  const headers = headersOfHelmet();
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    if (request.protocol === 'https') void reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    done();
  });
  if (origins.length === 0) return;
  const isAnybody = origins.includes('*');
  const options = {
    origin: isAnybody ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 600,
  };
  await app.register(fastifyCors, () => (request: FastifyRequest, tell: TellOptions) => {
    // A browser asks for permission by another method, so that the route itself cannot say it.
    tell(null, { ...options, credentials: !isAnybody && request.url === DECODE_PATH });
  });
}

/** What Helmet says is the same for every answer, so it is asked once: asking each time took 4 % of accepting an order. */
function headersOfHelmet(): Record<string, string> {
  const say = helmet({
    // An answer that is no page loads nothing, nowhere. Pages say for themselves what they need.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  say(request, answer, (error) => {
    if (error instanceof Error) throw error;
  });
  return Object.fromEntries(Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)]));
}
