/** Answering refusals and errors as RFC 9457 problems. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Failure, invalidRequest } from '../../domain/failures.ts';
import { violation } from '../checks.ts';
import { shorten } from '../../domain/rules.ts';
import { type Problem, problem, toFailure, toProblem } from '../errors.ts';
import { CHALLENGE } from './access.ts';
import { requestFields } from './access-log.ts';
import type { AllowedMethods } from './methods.ts';
import { PLAIN_HEADERS } from './security-headers.ts';

/** Makes the handler of everything that a route throws; what nobody foresaw is logged. */
export function createErrorHandler(logger: Logger, allowedMethods: AllowedMethods) {
  return (error: FastifyError | Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // A body of a method that nothing takes is not what is wrong with it.
    if (request.is404 && isOfBody(error)) return answerUnknown(allowedMethods)(request, reply);
    const failure = 'statusCode' in error && !(error instanceof Failure) ? fromHttp(error, request) : toFailure(error);
    if (!(failure instanceof Failure)) return sendProblem(reply, failure);
    if (failure.code === 'INTERNAL')
      logger.error({ err: failure.cause, ...requestFields(request) }, 'a request failed');
    return sendProblem(reply, toProblem(failure));
  };
}

/** Makes the handler of requests that no route takes: 405 where another method would do, else 404. */
export function answerUnknown(allowedMethods: AllowedMethods) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = request.url.split('?');
    const methods = allowedMethods(path);
    // Where the method is right, a route found nothing: a file, for instance.
    if (methods.length === 0 || methods.includes(request.method))
      return sendProblem(reply, problem('NOT_FOUND', `There is nothing at ${shorten(path)}.`));
    const detail = `${request.method} is not allowed at ${shorten(path)}, but ${methods.join(', ')}.`;
    return sendProblem(reply.header('allow', methods.join(', ')), problem('METHOD_NOT_ALLOWED', detail));
  };
}

/** Answers a request whose address cannot be read. */
export function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const message = `cannot be read: ${error.message}`;
  sendProblem(
    reply.headers(PLAIN_HEADERS),
    toProblem(invalidRequest([violation('url', request.url, 'shape', message)])),
  );
}

/** Answers a problem, also where the schemas of the route know none of its status. */
export function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  if (answer.retry_after !== undefined) reply.header('retry-after', answer.retry_after);
  if (answer.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', CHALLENGE);
  // Serialised here, because the schema of a route may know no answer of this status.
  return reply.code(answer.status).type('application/problem+json').send(JSON.stringify(answer));
}

function isOfBody({ code }: FastifyError | Failure): boolean {
  return code.startsWith('FST_ERR_') || code === 'INVALID_REQUEST';
}

function fromHttp(error: FastifyError, request: FastifyRequest): Failure | Problem {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Failure('TOO_LARGE', 'The body may have at most 1 MB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const given = shorten(request.headers['content-type'] ?? '');
      return problem('UNSUPPORTED_MEDIA_TYPE', `The body must be application/json, not ${JSON.stringify(given)}.`);
    }
    default:
      if ((error.statusCode ?? 500) >= 500) return toFailure(error);
      return invalidRequest([violation('request', undefined, 'shape', `cannot be read: ${error.message}`)]);
  }
}
