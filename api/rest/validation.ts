/** Checking the shape of requests. */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { refusalOfShape } from '../shape.ts';

/** Makes the check of one part of a request. Headers are described for readers only: others may come along. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  if (httpPart === 'headers') return () => true;
  return (given: unknown) => {
    // Fastify says null where there is no body.
    const input = given ?? undefined;
    const result = schema.safeParse(input);
    if (result.success) return { value: result.data };
    return { error: refusalOfShape(schema, result.error, input) };
  };
};
