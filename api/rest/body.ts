import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { invalidRequest } from '../../domain/failures.ts';
import { shorten } from '../../domain/rules.ts';
import { violation } from '../checks.ts';
import { findJsonFault } from './json-faults.ts';

/** Takes JSON bodies in UTF-8 and nothing else. An empty body is no body, whatever type it claims to have. */
export function takeJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) {
      done(null);
      return;
    }
    if (!isUtf8(body)) {
      done(unreadable('must be text in UTF-8'));
      return;
    }
    const text = body.toString();
    const fault = findJsonFault(text);
    if (fault !== undefined) {
      done(unreadable(fault.message, fault.field));
      return;
    }
    void parse(request, text, (error, value) => {
      if (error) done(unreadable(`must be JSON: ${reasonOf(error, text)}`));
      // A route whose body may be left out would take it for none.
      else if (value === null) done(unreadable('must be an object'));
      else done(null, value);
    });
  });
}

function unreadable(message: string, field = 'body') {
  return invalidRequest([violation(field, undefined, 'shape', message)]);
}

/** Fastify keeps to itself where the text stops being JSON. */
function reasonOf(error: Error, text: string): string {
  try {
    JSON.parse(text);
    return error.message;
  } catch (where) {
    return shorten(where instanceof Error ? where.message : error.message);
  }
}
