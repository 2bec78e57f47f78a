/** What is refused before a request is looked at: addresses that are too long, compressed bodies, bytes that are no HTTP. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { shorten } from '../../domain/rules.ts';
import { problem, type ProblemCode } from '../errors.ts';
import { SIZES } from '../limits/settings.ts';
import { sendProblem } from './problems.ts';

/** Looks at the sizes of requests that Fastify does not look at. */
export function limitSizes(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.url !== undefined && request.raw.url.length > SIZES.url) {
      void sendProblem(reply, problem('URI_TOO_LONG', `The address may have at most ${SIZES.url} characters.`));
      return;
    }
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      // RFC 9110, section 15.5.16: what would be taken.
      void reply.header('accept-encoding', 'identity');
      const detail = `The body must not be compressed; it is sent as ${JSON.stringify(shorten(encoding))}.`;
      void sendProblem(reply, problem('UNSUPPORTED_MEDIA_TYPE', detail));
      return;
    }
    done();
  });
}

const CLIENT_ERRORS: Readonly<Record<string, { code: ProblemCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'HEADERS_TOO_LARGE',
    detail: `The headers may have at most ${SIZES.headers} bytes together.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'REQUEST_TIMEOUT', detail: 'The request did not arrive in time.' },
};
const NO_HTTP = { code: 'INVALID_REQUEST', detail: 'What was sent cannot be read as HTTP/1.1.' } as const;

/** Answers a connection over which no request came that could be read, and closes it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // An answer that is under way must not be torn by another one.
  if (socket.writable && !isAnswering(socket)) {
    const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? NO_HTTP;
    const answer = problem(code, detail);
    const body = JSON.stringify(answer);
    const head = [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
      'content-type: application/problem+json',
      'x-content-type-options: nosniff',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** Node.js keeps the answer that a socket carries to itself; a socket that has written nothing carries none. */
function isAnswering(socket: Socket & { _httpMessage?: { headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent ?? false;
}
